import type { Access, LogReader, PatientRecord } from './access-log.js'
import { accessorKindOf, type Outcome, outcomeOf } from './outcome.js'
import type { Sight } from './sight.js'

/** What a reader sees of a log. Rules as data: design.md §5, break-glass and representation. */
interface LogView {
  /** Outcomes of accesses that are shown at all. */
  readonly outcomes: ReadonlySet<Outcome>
  /** Fields that are never told in full, by their names in the contract: named for every entry, so that it tells nothing of any. */
  readonly withheld: readonly string[]
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
  SELF: { outcomes: new Set(ALL), withheld: [], otherRepresentatives: true },
  // Break-glass is told to the patient, not to who represents the patient; a block is the patient's own affair. The words of a
  // decision may tell what a row would.
  REPRESENTATIVE: {
    outcomes: new Set<Outcome>(['READ', 'EMPTY', 'REFUSED', 'FAILED', 'WRITTEN']),
    withheld: ['items', 'fields', 'decision', 'asked'],
    otherRepresentatives: false,
  },
}

/** The log itself: whoever reads it may know that it is read. */
const LOGS = 'AuditEvent'

/** Whether the reader is told of this access, whatever rows it names. */
export function isVisible(
  { record, log }: Pick<Access, 'record' | 'log'>,
  sight: Pick<Sight, 'reader' | 'sees'>,
): boolean {
  if (!VIEWS[sight.reader].outcomes.has(outcomeOf(record))) return false
  if (sight.reader === 'SELF') return true
  if ('purpose' in record && record.purpose === 'BTG') return false
  // A gateway's log holds whose data were given out, but not which: none of it can be told apart from what is closed. The
  // organisations' own logs tell of the same accesses.
  if (log.kind === 'GATEWAY' && record.event === 'PATIENT_DATA_READ') return false
  return !('classes' in record) || record.classes.every((one) => one === LOGS || sight.sees(one))
}

/**
 * The access with those of its rows alone that the reader may see. To a representative one that gave out only others is not
 * told at all, and a row that is held no more is closed; the patient is told of every access.
 */
export async function narrow(
  access: Access,
  sight: Sight,
  signal: AbortSignal,
): Promise<Access | undefined> {
  if (access.items.length === 0) return access
  const shown = await sight.shown(access.items, signal)
  const isSelf = sight.reader === 'SELF'
  const items = access.items.filter((id) => shown.get(id) ?? isSelf)
  return items.length === 0 && !isSelf ? undefined : { ...access, items }
}

/** Fields of an entry of which something is taken out for this reader, by their names in the contract. */
export function hiddenFields(
  { record, items }: Pick<Access, 'record' | 'items'>,
  reader: LogReader,
): readonly string[] {
  const { withheld, otherRepresentatives } = VIEWS[reader]
  const isOther = !otherRepresentatives && accessorKindOf(record) === 'REPRESENTATIVE'
  const closed = reader === 'SELF' && items.length < itemsOf(record).length ? ['items'] : []
  return [...withheld, ...closed, ...(isOther ? ['who.name'] : [])]
}

/** Ids of the rows that a record names. */
export const itemsOf = (record: PatientRecord): readonly string[] =>
  'items' in record ? (record.items ?? []) : []
