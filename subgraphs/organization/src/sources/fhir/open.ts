import type { PatientIdentifier } from '@kilde/contract'
import type { ShapeCheck } from '../../ingest/fhir-schema.js'
import { namesOf } from '../../ingest/names.js'
import type { ProfileCheck } from '../../ingest/profiles/profile-check.js'
import { type Asked, closedFor, latestOf, pageOf, trendOf } from '../rows/answer.js'
import type { HeldRow } from '../rows/held-row.js'
import { type Conditions, isClosed } from '../rows/meant.js'
import { newestNames } from '../rows/names.js'
import type {
  Latest,
  LatestQuestion,
  NameQuestion,
  Names,
  Page,
  PageQuestion,
  Shown,
  ShownQuestion,
  Source,
  Trend,
  TrendQuestion,
} from '../source.js'
import { createAbilities } from './abilities.js'
import { createAuthorise } from './authorise.js'
import { readRows, readShownRows } from './class-rows.js'
import { createClient } from './client.js'
import { FhirFault } from './fault.js'
import { type Gathered, type Gathering, gather } from './gather.js'
import { Reading, type ReadingParts } from './reading.js'
import type { FhirServer } from './settings.js'

export interface FhirSourceOptions {
  readonly server: FhirServer
  /** Organisation number: the first part of every row's id. */
  readonly organization: string
  readonly checkShape: ShapeCheck
  /** A row that is wrong by it is left out and counted. Default: none is. */
  readonly checkProfiles?: ProfileCheck | undefined
  readonly now: () => number
}

/**
 * A FHIR R4 server as a source: an organisation that has one needs settings only. What the server cannot search by is
 * applied here, over a read that is bounded; what the bound cuts off is told as `truncated`. Keeps nothing of an answer.
 */
export function openFhirSource({
  server,
  now,
  checkProfiles = () => [],
  ...options
}: FhirSourceOptions): Source {
  const client = createClient(server, createAuthorise(server, now))
  const abilities = createAbilities(client, server, now)
  const parts: ReadingParts = { client, server, abilities, now, checkProfiles, ...options }
  let fault = false
  const begin = async <T>(
    { patient }: { readonly patient: PatientIdentifier },
    signal: AbortSignal,
    read: (reading: Reading) => Promise<T>,
  ): Promise<T> => {
    try {
      const answer = await read(new Reading(parts, patient, signal))
      fault = false
      return answer
    } catch (error) {
      fault = !signal.aborted
      throw error
    }
  }
  return {
    system: server.name,
    read: (question, signal) => begin(question, signal, (reading) => readPage(reading, question)),
    latest: (question, signal) =>
      begin(question, signal, (reading) => readLatest(reading, question)),
    trend: (question, signal) => begin(question, signal, (reading) => readTrend(reading, question)),
    names: (question, signal) => begin(question, signal, (reading) => readNames(reading, question)),
    rows: (question, signal) => begin(question, signal, (reading) => readRows(reading, question)),
    shown: (question, signal) => begin(question, signal, (reading) => readShown(reading, question)),
    health: () => {
      const known = abilities.health()
      return { ...known, ok: known.ok && !fault }
    },
    close: () => client.close(),
  }
}

async function readPage(reading: Reading, question: PageQuestion): Promise<Page> {
  const { count, after, order, last, fromMs, untilMs, codes, category } = question
  const enough = (rows: readonly HeldRow[]): boolean => {
    const page = pageOf(rows, question)
    return (
      page.more ||
      (last !== undefined && (pageOf(rows, { ...question, count: true }).count ?? 0) >= last)
    )
  }
  const isNewest = order === 'NEWEST_FIRST'
  // Rows before the cursor are on no page; but they are counted, and `last` begins with them.
  const [from, until] =
    !after || count || last !== undefined
      ? [fromMs, untilMs]
      : isNewest
        ? [fromMs, Math.min(untilMs ?? after.t + 1, after.t + 1)]
        : [Math.max(fromMs ?? after.t, after.t), untilMs]
  const found = await gather(reading, {
    ...statuses(question),
    ...boundsOf(from, until),
    ...(codes && { codes }),
    ...(category && { category }),
    order: last === undefined ? order : 'NEWEST_FIRST',
    ...(!count && { enough }),
  })
  const closed = await readClosed(reading, question, question)
  const { count: counted, ...page } = pageOf(found.rows, question)
  const isCut = !found.whole && !enough(found.rows)
  // Reading ended before the page was full: what follows is found from its last row on. Without one nothing can be.
  const goesOn = isCut && page.rows.length > 0
  const isWhole = closed.whole && !(count && !found.whole) && (!isCut || goesOn)
  return {
    ...told(reading, isWhole),
    ...closed.told,
    ...page,
    more: page.more || goesOn,
    ...(found.whole && !reading.isPartial && counted !== undefined && { count: counted }),
  }
}

async function readLatest(reading: Reading, question: LatestQuestion): Promise<Latest> {
  const { items, limit, status } = question
  const enough = (rows: readonly HeldRow[]): boolean =>
    latestOf(rows, question).items.every(
      (found) => found.length >= limit && found.some((row) => status.includes(row.status)),
    )
  const codes = [...new Set(items.flat())]
  const found = await gather(reading, {
    ...{ codes, enough, order: 'NEWEST_FIRST' },
    ...statuses(question),
  })
  const closed = await readClosed(reading, question, { codes })
  const isWhole = found.whole || enough(found.rows)
  return {
    ...told(reading, isWhole && closed.whole),
    ...closed.told,
    ...latestOf(found.rows, question),
  }
}

async function readTrend(reading: Reading, question: TrendQuestion): Promise<Trend> {
  const { codes, fromMs, untilMs } = question
  const enough = (rows: readonly HeldRow[]): boolean => trendOf(rows, question).more
  const wanted = { codes, fromMs, untilMs, enough, order: 'NEWEST_FIRST' } as const
  const found = await gather(reading, { ...wanted, ...statuses(question) })
  const closed = await readClosed(reading, question, question)
  const trend = trendOf(found.rows, question)
  return {
    ...told(reading, closed.whole),
    ...closed.told,
    ...trend,
    more: trend.more || !found.whole,
  }
}

async function readNames(reading: Reading, _question: NameQuestion): Promise<Names> {
  const { patients, complete } = await reading.subject()
  const changes = patients.flatMap((patient) => safeNames(patient, reading.nowMs))
  const names = newestNames(changes.map(({ patient: _patient, ...name }) => name))
  return { ...told(reading, complete), known: patients.length > 0, names }
}

function safeNames(patient: Parameters<typeof namesOf>[0], nowMs: number) {
  try {
    return namesOf(patient, nowMs)
  } catch {
    return []
  }
}

/** @throws FhirFault where not all of them could be read: then nobody may be told that they are open */
async function readShown(reading: Reading, question: ShownQuestion): Promise<Shown> {
  const { ids, closed, class: name } = question
  if (name !== undefined) return readShownRows(reading, { ...question, class: name })
  const local = reading.ownIds(ids)
  if (local.length === 0) return new Map()
  const asked = new Set(ids)
  const chunks = Array.from({ length: Math.ceil(local.length / 100) }, (_, n) =>
    local.slice(n * 100, n * 100 + 100),
  )
  const { observation } = await reading.abilities()
  const searches: readonly { ids?: readonly string[] }[] = observation.has('_id')
    ? chunks.map((some) => ({ ids: some }))
    : [{}]
  for (const one of searches) {
    if (!(await reading.search(one))) throw new FhirFault('INVALID', 'rows of a log not all found')
  }
  const rows = reading.rows.filter(({ id }) => asked.has(id))
  return new Map(rows.map((row) => [row.id, !isClosed(row, closed)]))
}

interface ClosedRead {
  readonly told: Pick<Page, 'closedFor'>
  readonly whole: boolean
}

/** Why rows are closed, also those that the answer itself did not need: each reason that is not found yet is looked for. */
async function readClosed(
  reading: Reading,
  asked: Omit<Asked, 'fromMs' | 'untilMs' | 'codes'>,
  conditions: Conditions,
): Promise<ClosedRead> {
  const { closed = [], tellClosed = false, status } = asked
  if (!tellClosed) return { told: {}, whole: true }
  let whole = true
  for (const { why, rows } of closed) {
    const found = closedFor(reading.rows, asked, conditions).closedFor ?? []
    if (found.includes(why)) continue
    const { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = conditions
    const codes = rows.codes ?? conditions.codes
    const from = Math.max(fromMs, rows.fromMs ?? fromMs)
    const until = Math.min(untilMs, rows.untilMs ?? untilMs)
    const read: Gathered = await gather(reading, {
      ...{ status, order: 'NEWEST_FIRST' },
      ...(codes && { codes }),
      ...(conditions.category && { category: conditions.category }),
      ...boundsOf(
        Number.isFinite(from) ? from : undefined,
        Number.isFinite(until) ? until : undefined,
      ),
      labelled: rows.labelledOutside !== undefined || rows.delayedAtMs !== undefined,
    })
    whole = whole && read.whole
  }
  return { told: closedFor(reading.rows, asked, conditions), whole }
}

const told = (reading: Reading, isWhole: boolean) => ({
  known: reading.known,
  asOfMs: reading.nowMs,
  ...(reading.dropped > 0 && { dropped: reading.dropped }),
  ...((!isWhole || reading.isPartial) && { truncated: true }),
})

const statuses = ({ status, superseding = [] }: Pick<Asked, 'status' | 'superseding'>) => ({
  status: [...status, ...superseding],
})

const boundsOf = (
  fromMs: number | undefined,
  untilMs: number | undefined,
): Pick<Gathering, 'fromMs' | 'untilMs'> => ({
  ...(fromMs !== undefined && { fromMs }),
  ...(untilMs !== undefined && { untilMs }),
})
