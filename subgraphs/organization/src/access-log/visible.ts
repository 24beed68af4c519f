import type { LogReader, PatientRecord } from './access-log.js'
import { accessorKindOf, type Outcome, outcomeOf } from './outcome.js'

/** What a reader sees of a log. Rules as data: design.md §5, break-glass and representation. */
interface LogView {
  /** Outcomes of accesses that are shown at all. */
  readonly outcomes: ReadonlySet<Outcome>
  /** Whether what was asked for and given out is told in detail. */
  readonly details: boolean
  /** Whether it is told who else represents the patient. */
  readonly otherRepresentatives: boolean
}

const ALL: readonly Outcome[] = [
  'READ',
  'EMPTY',
  'REFUSED',
  'BLOCKED',
  'BREAK_GLASS',
  'FAILED',
  'WRITTEN',
]

const VIEWS: Readonly<Record<LogReader, LogView>> = {
  SELF: { outcomes: new Set(ALL), details: true, otherRepresentatives: true },
  // Break-glass is told to the patient, not to who represents the patient; a block is the patient's own affair. Rows that a
  // representative may not see could be told apart by their ids.
  REPRESENTATIVE: {
    outcomes: new Set<Outcome>(['READ', 'EMPTY', 'REFUSED', 'FAILED', 'WRITTEN']),
    details: false,
    otherRepresentatives: false,
  },
}

/** Whether the reader is told of this access. */
export function isVisible(record: PatientRecord, reader: LogReader): boolean {
  if ('purpose' in record && record.purpose === 'BTG' && reader === 'REPRESENTATIVE') return false
  return VIEWS[reader].outcomes.has(outcomeOf(record))
}

/** Fields of an entry that are taken out for this reader, by their names in the contract. */
export function hiddenFields(record: PatientRecord, reader: LogReader): readonly string[] {
  const { details, otherRepresentatives } = VIEWS[reader]
  const kind = accessorKindOf(record)
  return [
    ...(details ? [] : ['items', 'fields', 'decision']),
    ...(!otherRepresentatives && kind === 'REPRESENTATIVE' ? ['who.name'] : []),
  ]
}
