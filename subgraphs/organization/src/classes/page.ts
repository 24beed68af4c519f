import { parseKeepingDigits } from '../map/elements.js'
import type {
  ClassPage,
  ClassQuestion,
  ClassRow,
  ClosedRows,
  ReceivedWithin,
  RowsMeant,
} from '../sources/source.js'
import { UNKNOWN_CODE } from './measures.js'
import type { Assembled, HeldClassRow } from './resource-class.js'

/** Most rows that are named as rivals. */
const MOST_RIVALS = 100

/** Answers a question from all rows of the patient: closes, filters, sorts and cuts as a database would. */
export function pageOf(
  { rows: all, dropped }: Assembled,
  question: ClassQuestion,
): Omit<ClassPage, 'known' | 'asOfMs' | 'truncated'> {
  const { order, after, limit, status, superseding = [] } = question
  const { closed = [] } = question
  const open = all.filter((row) => !closed.some((one) => closes(one, row)))
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const sorted = open.toSorted((a, b) => sign * compare(a, b))
  const asked = sorted.filter((row) => matches(row, question))
  const wanted = new Set([...status, ...superseding])
  const rows = asked.filter(
    (row) => wanted.has(row.status) && (!after || sign * comparePlace(row, after) > 0),
  )
  const page = rows.slice(0, limit)
  const [last, next] = [rows[limit - 1], rows[limit]]
  const counted = asked.filter((row) => status.includes(row.status)).length
  return {
    rows: page.map((row) => shown(row, question)),
    more: next !== undefined,
    ...(last && next && { endsIdentity: last.t !== next.t || last.identity !== next.identity }),
    dropped,
    rivals: question.rivals ? rivalsAmong(open) : [],
    ...(question.count && { count: counted }),
    ...closedIn(all, question),
  }
}

const compare = (a: ClassRow, b: ClassRow): number =>
  comparePlace(a, { t: b.t, i: b.identity, d: b.id })

const comparePlace = (
  { t, identity, id }: ClassRow,
  place: { readonly t: number; readonly i: string; readonly d: string },
): number => t - place.t || compareText(identity, place.i) || compareText(id, place.d)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function matches(row: HeldClassRow, question: ClassQuestion): boolean {
  const { facets, fromMs, untilMs, received } = question
  if (received && !isWithin(row.changedMs, received)) return false
  const isMeant = Object.entries(facets).every(([name, values]) =>
    row.facets[name]?.some((value) => values.includes(value)),
  )
  if (!isMeant) return false
  return (fromMs === undefined || row.t >= fromMs) && (untilMs === undefined || row.t < untilMs)
}

const isWithin = (atMs: number, { fromMs, untilMs }: ReceivedWithin): boolean =>
  atMs >= fromMs && atMs < untilMs

function rivalsAmong(open: readonly HeldClassRow[]): ClassPage['rivals'] {
  const rivals = open.filter(({ isRival }) => isRival).toSorted((a, b) => -compare(a, b))
  return rivals
    .slice(0, MOST_RIVALS)
    .map((row) => ({ ...row, status: row.rivalStatus ?? row.status }))
}

/** Of a row what is asked for, and nothing else of it. */
function shown(row: HeldClassRow, { elements, related }: ClassQuestion): ClassRow {
  const { codes: _codes, labels: _labels, openFromMs: _open, changedMs: _at, ...placed } = row
  const { isRival: _rival, rivalStatus: _status, madeOf: _parts, endMs: _end, ...rest } = placed
  const whole = parseKeepingDigits(row.resource) as Readonly<Record<string, unknown>>
  const picked = elements.flatMap((name) => (name in whole ? [[name, whole[name]]] : []))
  return {
    ...rest,
    resource: JSON.stringify(Object.fromEntries(picked)),
    related: related ? row.related : [],
  }
}

function closedIn(
  rows: readonly HeldClassRow[],
  question: ClassQuestion,
): Pick<ClassPage, 'closedFor'> {
  const { closed = [], tellClosed, status, received: _new, ...others } = question
  if (!tellClosed || closed.length === 0) return {}
  // Whether something is withheld is said of the list, not of what is new in it.
  const asked = { ...others, status }
  const meant = rows.filter((row) => matches(row, asked) && status.includes(row.status))
  const why = closed.filter((one) => meant.some((row) => closes(one, row))).map((one) => one.why)
  return { closedFor: [...new Set(why)] }
}

type Closable = Pick<HeldClassRow, 'owner' | 'codes' | 'identity' | 't' | 'labels' | 'openFromMs'>

/** Whether a row is closed. The same conditions as on rows in a database (sources/store/statement.ts). */
export const closes = ({ rows, except }: ClosedRows, row: Closable): boolean =>
  isMeant(rows, row, true) && !except.some((one) => isMeant(one, row, false))

/** `ifUnknown`: what a row with a code that is not known is taken for. It may be what a block means, and may not be what a consent does. */
function isMeant(meant: RowsMeant, row: Closable, ifUnknown: boolean): boolean {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  if (owner !== undefined && row.owner !== owner) return false
  if (codes && !row.codes.some((one) => (one === UNKNOWN_CODE ? ifUnknown : codes.includes(one))))
    return false
  if (item !== undefined && row.identity !== item) return false
  if (fromMs !== undefined && row.t < fromMs) return false
  if (untilMs !== undefined && row.t >= untilMs) return false
  if (labelledOutside && row.labels.every((label) => labelledOutside.includes(label))) return false
  return delayedAtMs === undefined || isDelayed(row, delayedAtMs)
}

const isDelayed = ({ labels, openFromMs }: Closable, atMs: number): boolean =>
  labels.includes('NORU') && (openFromMs ?? Number.POSITIVE_INFINITY) > atMs
