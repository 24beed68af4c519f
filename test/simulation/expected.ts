import { compareKeys } from '@kilde/contract'
import { hasAnswered, type List, rowsIn, type ShownRow } from './operations.js'
import type { Request } from './play.js'
import { type Row, rowsAfter, sortRows } from './rows.js'
import { WIDE } from './schedule.js'
import type { Played } from './sim-source.js'
import type { World } from './world.js'

/** What one located source did in one request, and so what may be said of it. */
export interface Part {
  readonly source: string
  /** `STATUS REASON` that may be reported. */
  readonly told: readonly string[]
  /** May be reported as answering. */
  readonly answers: boolean
  /** Ids of rows that must be left out. */
  readonly lost: ReadonlySet<string>
  /** It may be known that this is not all. */
  readonly partial: boolean
  /** What it sent is anybody's guess: it must harm no other. */
  readonly unknown: boolean
}

/** All that has happened in a schedule, to judge one request by. */
export interface History {
  readonly world: World
  readonly requests: readonly Request[]
}

/** The aliases of a client's lists, and of the same lists in a node's answer (docs/node-protocol.md). */
const NODE_ALIASES: Readonly<Record<string, string>> = {
  a: 'm0',
  b: 'm1',
  n: 'm0',
  l: 'm1',
  t: 'm2',
}

/** Located sources of a list, each with what it did. */
export function partsOf({ world }: History, request: Request, alias: string): readonly Part[] {
  return [...request.phase.members].flatMap(([source, state]) => {
    if (state === 'ABSENT') return []
    if (request.excluded.includes(source)) return [silent(source, ['NOT_ASKED EXCLUDED'])]
    // What the request itself left out is told as that, whatever state the source is in.
    if (alias === 'b' && !request.filter.includes(source)) {
      return [silent(source, ['NOT_ASKED EXCLUDED'])]
    }
    if (state !== 'ACTIVE') return [silent(source, [`NOT_ASKED ${state}`])]
    return [partOf(world, request, source, `${NODE_ALIASES[alias]} `)]
  })
}

const silent = (source: string, told: readonly string[]): Part => ({
  ...{ source, told },
  answers: false,
  lost: new Set(),
  partial: false,
  unknown: false,
})

/** A source that the gateway stopped asking for a while, or asks enough already. */
const SPARED = ['UNREACHABLE CIRCUIT_OPEN', 'UNREACHABLE TOO_BUSY']
/** What becomes of sources that were under way when the client left. */
const LEFT = [
  'UNREACHABLE',
  'UNREACHABLE CONNECTION_FAILED',
  'UNREACHABLE INTERRUPTED',
  'UNREACHABLE TOKEN_UNAVAILABLE',
  'TIMED_OUT DEADLINE',
]

const INVALID = ['RESPONSE_MALFORMED', 'WRONG_PATIENT', 'WRONG_ORDER', 'WRONG_ORGANIZATION'].map(
  (reason) => `INVALID ${reason}`,
)

function partOf(world: World, request: Request, source: string, list: string): Part {
  const { id, client, page } = request
  const left = client.leaves?.page === page
  const spared = sparedOf(world, request, source)
  const questions = questionsTo(world, source, id)
  const [first, ...later] = questions
  const failed = world.tokens.toldOf(source, id) ?? first?.effect.told ?? []
  const lost = questions.flatMap(({ effect }) => [...effect.lost])
  const unknown = questions.some(({ effect }) => effect.unknown)
  // A row that came spoilt in one round may come whole in another: both are right, to show it and to leave it out.
  const sentAgain = questions.length > 1 && lost.length > 0
  return {
    ...{ source, unknown: unknown || sentAgain },
    told: [...failed, ...(left ? LEFT : []), ...(unknown ? INVALID : []), ...spared],
    answers: first !== undefined && failed.length === 0,
    lost: new Set(lost.flatMap((row) => (row.startsWith(list) ? [row.slice(list.length)] : []))),
    // What came first stays, whatever becomes of a later round: the source is then cut where it stopped.
    partial:
      unknown ||
      questions.some(({ effect }) => effect.partial) ||
      later.some(({ effect, answered }) => effect.told.length > 0 || !answered) ||
      (first !== undefined && (left || spared.length > 0)),
  }
}

/** The last try of each question, in the order of asking. */
function questionsTo({ sources }: World, source: string, request: string): readonly Played[] {
  const tries = sources.played.filter((one) => one.source === source && one.request === request)
  return [...new Map(tries.map((one) => [one.question, one])).values()]
}

/** A breaker may be open only where the source was in trouble, and not when all has been well for long enough. */
function sparedOf(
  { sources, schedule }: World,
  request: Request,
  source: string,
): readonly string[] {
  // With few places a question may wait for one until its time is up.
  if (schedule.limits !== WIDE && !request.client.last) return [...SPARED, 'TIMED_OUT DEADLINE']
  const troubled = sources.played.some((one) => one.source === source && one.effect.told.length > 0)
  return troubled && !request.client.last ? SPARED : []
}

/** The rows that a page must show, where no row has a copy: those of sources that answered, behind the place of the page. */
export function rowsOf(
  history: History,
  request: Request,
  parts: readonly Part[],
  { sources }: List,
): readonly Row[] {
  const { client } = request
  const answered = new Set(
    sources.filter(hasAnswered).map(({ organization }) => organization.number),
  )
  const rows = parts
    .filter(({ source }) => answered.has(source))
    .flatMap(({ source, lost }) =>
      (history.world.holdings.get(source)?.[client.patient] ?? []).filter(
        ({ id }) => !lost.has(id),
      ),
    )
  return sortRows(rowsBehind(history, request, rows), client.order)
}

/** Behind the last row of the page before: after it, all of its identity has been passed. */
function rowsBehind({ world, requests }: History, request: Request, rows: readonly Row[]) {
  const { client, page } = request
  const before = requests.find((one) => one.client === client && one.page === page - 1)
  const list = before?.lists?.['a']
  const last = list && rowsIn(list).at(-1)
  if (!last || request.after === null) return rows
  const own = world.holdings
    .get(last.id.slice(0, 9))
    ?.[client.patient]?.find(({ id }) => id === last.id)
  return own ? rowsAfter(rows, own.key, client.order) : rows
}

/** True where rows are in order, none twice. */
export function isOrdered(
  rows: readonly ShownRow[],
  { world }: History,
  request: Request,
): boolean {
  const { patient, order } = request.client
  const all = [...world.holdings.values()].flatMap((holding) => holding[patient] ?? [])
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const found = rows.map(({ id }) => all.find((row) => row.id === id))
  return found.every((row, at) => {
    const before = found[at - 1]
    if (!row || !before) return row !== undefined && at === 0
    const place = { o: '', d: '' }
    const inOrder = sign * compareKeys({ ...before.key, ...place }, { ...row.key, ...place }) <= 0
    return inOrder && before.id !== row.id
  })
}
