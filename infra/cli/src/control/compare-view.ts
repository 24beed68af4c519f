import type { Logged } from './logs.js'
import { type Difference, GATEWAY, isAsked } from './reconcile.js'

/** What of an entry of the patient's view is compared. */
export interface ViewEntry {
  /** Organisation number of the log. */
  readonly organization: string
  readonly requestId: string
  readonly trace: string | null
}

/**
 * Holds the patient's view against the logs: each record about the patient once, and nothing else. Which records of an organisation
 * that does not know the patient are the patient's is known by the trace of the gateway's record.
 * @param patient identifier in token form
 * @param operator organisation number of whoever answers for the gateway's logs
 */
export function compareView(
  logged: readonly Logged[],
  view: readonly ViewEntry[],
  { patient, operator }: { readonly patient: string; readonly operator: string },
): readonly Difference[] {
  const traces = new Set<string>()
  for (const { service, record } of logged) {
    if (service !== GATEWAY || !isAsked(record) || record.patient !== patient) continue
    if (record.trace !== undefined) traces.add(record.trace)
  }
  const expected = new Map<string, Logged>()
  for (const one of logged) {
    const { service, owner, record } = one
    if (record.event === 'AUDIT_RESUMED') continue
    const isPatients =
      record.patient === patient ||
      (service !== GATEWAY && 'patientDigest' in record && traces.has(record.trace ?? ''))
    if (isPatients && (record.patient ?? record.patientDigest) !== undefined)
      expected.set(keyOf(service === GATEWAY ? operator : owner, record.requestId), one)
  }
  const shown = new Map(view.map((entry) => [keyOf(entry.organization, entry.requestId), entry]))
  const missing = [...expected].filter(([key]) => !shown.has(key))
  const extra = [...shown].filter(([key]) => !expected.has(key))
  return [
    ...missing.map(([key, { record }]) => difference('NOT_IN_VIEW', key, traceIn(record))),
    ...extra.map(([key, { trace }]) => difference('ONLY_IN_VIEW', key, trace ?? '')),
  ]
}

const keyOf = (organization: string, requestId: string): string => `${organization} ${requestId}`

const traceIn = (record: Logged['record']): string =>
  ('trace' in record ? record.trace : undefined) ?? ''

function difference(kind: Difference['kind'], key: string, trace: string): Difference {
  const [organization = '', requestId = ''] = key.split(' ')
  return { kind, organization, trace, requestId, decisionRef: undefined }
}
