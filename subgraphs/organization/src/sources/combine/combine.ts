import type { PartHealth } from '@kilde/service'
import { compareToStart } from '../rows/held-row.js'
import { newestNames } from '../rows/names.js'
import type {
  ClassPage,
  ClassQuestion,
  Latest,
  LatestQuestion,
  NameQuestion,
  Names,
  Page,
  PageQuestion,
  Shown,
  ShownQuestion,
  Source,
  SourceRow,
  Trend,
  TrendQuestion,
} from '../source.js'
import { askAll, foundOf } from './ask-all.js'
import { cut, type Merged, mergeRows, type Part } from './merge.js'

/**
 * Several sources of one organisation as one. Each row says which system it came from; a source that does not answer makes the
 * answer `truncated`, never shorter in silence. Ids of rows must differ between the sources.
 */
export function combineSources(sources: readonly Source[]): Source {
  return {
    system: sources.map(({ system }) => system).join(' + '),
    read: (question, signal) =>
      question.last === undefined
        ? readPage(sources, question, signal)
        : readNewest(sources, { ...question, last: question.last }, signal),
    latest: (question, signal) => readLatest(sources, question, signal),
    trend: (question, signal) => readTrend(sources, question, signal),
    names: (question, signal) => readNames(sources, question, signal),
    rows: (question, signal) => readRows(sources, question, signal),
    shown: (question, signal) => readShown(sources, question, signal),
    health: () => healthOf(sources),
    close: async () => {
      await Promise.all(sources.map((source) => source.close()))
    },
  }
}

function healthOf(sources: readonly Source[]): PartHealth {
  const ill = sources.map((source) => source.health()).find(({ ok }) => !ok)
  return ill ?? { name: 'sources', code: 'SOURCE_UNREACHABLE', ok: true }
}

async function readPage(
  sources: readonly Source[],
  question: PageQuestion,
  signal: AbortSignal,
): Promise<Page> {
  const answers = await askAll(sources, signal, (source) => source.read(question, signal))
  const merged = mergeRows(answers.given.map(partOf), question.order)
  const counts = answers.given.map(({ answer }) => answer.count)
  return {
    ...foundOf(answers),
    ...cut(merged, question.limit),
    ...(!answers.isPartial && countOf(counts, answers.given)),
  }
}

/** The newest so many of all together: each source gives its newest so many, whole, and the bound is drawn here. */
async function readNewest(
  sources: readonly Source[],
  question: PageQuestion & { readonly last: number },
  signal: AbortSignal,
): Promise<Page> {
  const { after, last, status, order, limit } = question
  const answers = await askAll(sources, signal, (source) => readWhole(source, question, signal))
  const { rows, more } = mergeRows(answers.given.map(partOf), 'NEWEST_FIRST')
  const shown = rows.filter((row) => status.includes(row.status))
  const end = shown[last - 1]
  const bounded = end ? rows.slice(0, rows.indexOf(end) + 1) : rows
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const ordered = sign < 0 ? bounded : bounded.toReversed()
  const behind = after ? ordered.filter((row) => sign * compareToStart(row, after) > 0) : ordered
  const counts = answers.given.map(({ answer }) => answer.count)
  const { count } = (!answers.isPartial && countOf(counts, answers.given)) || {}
  return {
    ...foundOf(answers),
    ...cut({ rows: behind, more: more && !end }, limit),
    ...(count !== undefined && { count: Math.min(last, count) }),
  }
}

/** Most pages of one source: `last` is at most 1,000, and few rows correct others. */
const MOST_PAGES = 5

async function readWhole(
  source: Source,
  { after: _after, ...question }: PageQuestion,
  signal: AbortSignal,
): Promise<Page> {
  const asked: PageQuestion = { ...question, order: 'NEWEST_FIRST', limit: 1_001 }
  const first = await source.read(asked, signal)
  const rows: SourceRow[] = [...first.rows]
  let { more } = first
  for (let pages = 1; more && pages < MOST_PAGES; pages++) {
    const last = rows.at(-1)
    if (!last) break
    const start = { t: last.t, i: last.identity, d: last.id }
    const next = await source.read({ ...asked, count: false, after: start }, signal)
    rows.push(...next.rows)
    more = next.more && next.rows.length > 0
  }
  return { ...first, rows, more }
}

async function readLatest(
  sources: readonly Source[],
  question: LatestQuestion,
  signal: AbortSignal,
): Promise<Latest> {
  const { items, limit, status } = question
  const answers = await askAll(sources, signal, (source) => source.latest(question, signal))
  const found = items.map((_codes, index) => {
    const parts = answers.given.map(({ answer, system }) =>
      partOf({ answer: { rows: answer.items[index] ?? [], more: false }, system }),
    )
    const { rows } = mergeRows(parts, 'NEWEST_FIRST')
    const newest = rows.slice(0, limit)
    const shown = rows.find((row) => status.includes(row.status))
    return !shown || newest.includes(shown) ? newest : [...newest.slice(0, limit - 1), shown]
  })
  return { ...foundOf(answers), items: found }
}

async function readTrend(
  sources: readonly Source[],
  question: TrendQuestion,
  signal: AbortSignal,
): Promise<Trend> {
  const answers = await askAll(sources, signal, (source) => source.trend(question, signal))
  const parts = answers.given.map(({ answer }) => answer)
  const { rows, more } = cut(mergeRows(parts, 'NEWEST_FIRST'), question.limit)
  return { ...foundOf(answers), rows, more }
}

async function readNames(
  sources: readonly Source[],
  question: NameQuestion,
  signal: AbortSignal,
): Promise<Names> {
  const answers = await askAll(sources, signal, (source) => source.names(question, signal))
  return {
    ...foundOf(answers),
    names: newestNames(answers.given.flatMap(({ answer }) => answer.names)),
  }
}

async function readRows(
  sources: readonly Source[],
  question: ClassQuestion,
  signal: AbortSignal,
): Promise<ClassPage> {
  const answers = await askAll(sources, signal, (source) => source.rows(question, signal))
  const merged: Merged<ClassPage['rows'][number]> = mergeRows(
    answers.given.map(partOf),
    question.order,
  )
  const counts = answers.given.map(({ answer }) => answer.count)
  const { dropped = 0, truncated = false, ...found } = foundOf(answers)
  return {
    ...{ ...found, dropped, truncated },
    ...cut(merged, question.limit),
    rivals: eachOnce(answers.given.flatMap(({ answer }) => answer.rivals)),
    ...(!answers.isPartial && countOf(counts, answers.given)),
  }
}

/** @throws where one source does not answer: nobody may be told that a row is open which it may have closed */
async function readShown(
  sources: readonly Source[],
  question: ShownQuestion,
  signal: AbortSignal,
): Promise<Shown> {
  const all = await Promise.all(sources.map((source) => source.shown(question, signal)))
  return new Map(all.flatMap((shown) => [...shown]))
}

/** A source's rows, each with the name of the system that it came from. */
const partOf = <Row extends SourceRow | ClassPage['rows'][number]>({
  answer,
  system,
}: {
  readonly answer: Part<Row>
  readonly system: string
}): Part<Row> => ({ ...answer, rows: answer.rows.map((row) => ({ system, ...row })) })

interface Counted {
  readonly answer: { readonly rows: readonly { readonly id: string }[] }
}

/** Only where every source counted. Where they have found the same rows, the one that has most has counted them all. */
function countOf(
  counts: readonly (number | undefined)[],
  given: readonly Counted[],
): { readonly count?: number } {
  const known = counts.filter((count) => count !== undefined)
  if (known.length === 0 || known.length < counts.length) return {}
  const ids = given.flatMap(({ answer }) => answer.rows.map(({ id }) => id))
  const isTwice = new Set(ids).size < ids.length
  return { count: isTwice ? Math.max(...known) : known.reduce((sum, count) => sum + count, 0) }
}

const eachOnce = <Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [row.id, row])).values(),
]
