import type { AuditLog, AuditRecord, AuditRequester } from '@kilde/audit'
import { identifierToken } from '@kilde/contract'
import { toKildeError } from '@kilde/service'
import type { Asked, Noted, Permitted, Verified } from './stage.js'

const CLASSES = ['Consent']

export interface AuditParts {
  readonly log: Pick<AuditLog, 'append'>
  readonly now: () => number
}

/** Whose settings are to be told or changed, by whom. Durable before either. @throws AuditError `AUDIT_UNAVAILABLE` */
export function createAudit({ log, now }: AuditParts): (permitted: Permitted) => Promise<Noted> {
  return async (permitted) => {
    const at = new Date(now()).toISOString()
    await log.append(recordOf(permitted, at))
    return { ...permitted, notedAt: at }
  }
}

/** Records a refusal. Where that fails too, the failure is what is told. */
export function createRefuse({ log, now }: AuditParts) {
  return async (asked: Asked, refusal: unknown): Promise<unknown> => {
    const error = toKildeError(refusal)
    if (error.code === 'AUDIT_UNAVAILABLE') return error
    const isRefused = error.status < 500
    try {
      await log.append({
        ...commonOf(asked, new Date(now()).toISOString()),
        event: 'PATIENT_DATA_REFUSED',
        outcome: isRefused ? 'REFUSED' : 'FAILED',
        purpose: purposeOf(asked),
        code: error.code,
      })
    } catch (fault) {
      return fault
    }
    return refusal
  }
}

function recordOf(permitted: Permitted, at: string): AuditRecord {
  const { intent, meant, writes } = permitted
  const common = { ...commonOf(permitted, at), outcome: 'SUCCESS' } as const
  if (intent.do === 'READ') {
    return { ...common, event: 'PATIENT_DATA_READ', purpose: purposeOf(permitted) }
  }
  return {
    ...common,
    event: 'PATIENT_DATA_WRITTEN',
    items: [...new Set([...meant, ...writes].map(({ id }) => id))],
  }
}

function commonOf({ requestId, caller, person }: Verified, at: string) {
  return {
    at,
    requestId,
    requester: requesterOf(caller),
    patient: identifierToken(person),
    classes: CLASSES,
  }
}

/** A system states no purpose; what it imports was stated by the person. */
const purposeOf = ({ caller }: Verified): string =>
  caller.kind === 'citizen' ? caller.purpose : 'PATRQT'

function requesterOf(caller: Verified['caller']): AuditRequester {
  const { clientId } = caller
  if (caller.kind === 'system') {
    const { organization } = caller
    return { kind: 'system', clientId, ...(organization !== undefined && { organization }) }
  }
  const { pid, name } = caller
  return { kind: 'citizen', pid, clientId, ...(name && { name: name.slice(0, 500) }) }
}
