import type { AccessorKind, PatientRecord } from './access-log.js'

/** `AccessOutcome` of the contract. */
export type Outcome =
  | 'READ'
  | 'EMPTY'
  | 'REFUSED'
  | 'BLOCKED'
  | 'BREAK_GLASS'
  | 'FAILED'
  | 'WRITTEN'

/** A refusal on the patient's own word. */
const BLOCKED = 'OBJECTION'
/** Rules in a record that are the patient's own: what they close is not given out, though nothing was refused. */
const OBJECTION = /\/(block|reservation):/
/** Names are told without ids of rows, where the organisation knows the patient. */
const NAMES = 'Patient'
/** A log is told without ids of rows, also of patients whom it knows by a digest alone. */
const LOGS = 'AuditEvent'

/** What came of an access, from its record alone. */
export function outcomeOf(record: PatientRecord): Outcome {
  switch (record.event) {
    case 'PATIENT_DATA_WRITTEN':
      return record.outcome === 'REFUSED' || record.outcome === 'FAILED'
        ? record.outcome
        : 'WRITTEN'
    case 'PATIENT_DATA_READ':
      return outcomeOfRead(record)
    case 'PATIENT_DATA_REFUSED':
    case 'REQUEST_REFUSED':
      if (record.outcome === 'FAILED') return 'FAILED'
      return record.code === BLOCKED ? 'BLOCKED' : 'REFUSED'
  }
}

type ReadRecord = Extract<PatientRecord, { readonly event: 'PATIENT_DATA_READ' }>

function outcomeOfRead(record: ReadRecord): Outcome {
  const { sources = [], purpose, outcome } = record
  if (sources.length > 0 && sources.every(({ status }) => status === 'REFUSED')) return 'REFUSED'
  if (outcome === 'FAILED' || outcome === 'REFUSED') return outcome
  if (purpose === 'BTG') return 'BREAK_GLASS'
  if (hasGiven(record)) return 'READ'
  return record.rules?.some((rule) => OBJECTION.test(rule)) ? 'BLOCKED' : 'EMPTY'
}

/** True where a row, or what is told without rows, was given out. */
function hasGiven({ sources, items, classes, patient }: ReadRecord): boolean {
  if (sources) return sources.some(({ returned = 0 }) => returned > 0)
  if ((items?.length ?? 0) > 0) return true
  return classes.includes(LOGS) || (patient !== undefined && classes.includes(NAMES))
}

/** What kind of user asked. Purposes FAMRQT and PWATRNY are those of representatives. */
export function accessorKindOf(record: PatientRecord): AccessorKind {
  const { requester } = record
  if (requester.kind === 'professional') return 'PROFESSIONAL'
  if (requester.kind === 'system') return 'SYSTEM'
  const purpose = 'purpose' in record ? record.purpose : undefined
  return purpose === 'FAMRQT' || purpose === 'PWATRNY' ? 'REPRESENTATIVE' : 'PATIENT'
}

/** The patient looked at this log, and at nothing else. */
export function isOwnLookup(record: PatientRecord): boolean {
  if (!('classes' in record) || record.classes.some((name) => name !== 'AuditEvent')) return false
  return 'purpose' in record && record.purpose === 'PATRQT'
}
