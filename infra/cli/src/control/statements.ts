import type { Logged } from './logs.js'
import type { Difference } from './reconcile.js'

/** Owner of the privacy service's own log. */
export const PRIVACY = 'privacy'

export interface StatementsHeld {
  /** Statements of patients that organisations decided by, each once. */
  readonly named: number
  readonly differences: readonly Difference[]
}

/**
 * Holds what organisations say that they decided by against what the privacy service recorded: a statement that nobody made would
 * close, or open, what the patient did not mean.
 */
export function holdStatements(logged: readonly Logged[]): StatementsHeld {
  const stated = new Set(
    logged.flatMap(({ owner, record }) =>
      owner === PRIVACY && record.event === 'PATIENT_DATA_WRITTEN' ? (record.items ?? []) : [],
    ),
  )
  const named = new Set<string>()
  const differences = logged.flatMap((one) => {
    const ids = statementsIn(one)
    for (const id of ids) named.add(id)
    return ids.some((id) => !stated.has(id)) ? [unknownIn(one)] : []
  })
  return { named: named.size, differences }
}

const RULE = /(?:^|\/)(?:block|consent|reservation):([0-9a-f-]{36})$/

const statementsIn = ({ record }: Logged): readonly string[] =>
  ('rules' in record ? (record.rules ?? []) : []).flatMap((rule) => RULE.exec(rule)?.[1] ?? [])

function unknownIn({ owner, record }: Logged): Difference {
  const trace = ('trace' in record ? record.trace : undefined) ?? ''
  const decisionRef = 'decisionRef' in record ? record.decisionRef?.id : undefined
  const requestId = 'requestId' in record ? record.requestId : ''
  return { kind: 'STATEMENT_UNKNOWN', organization: owner, trace, requestId, decisionRef }
}
