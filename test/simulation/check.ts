import { DEADLINE_MS, REQUEST_MS } from './engine.js'
import { type History, isOrdered, type Part, partsOf, rowsOf } from './expected.js'
import { aliasesOf, hasAnswered, type List, type Report, rowsIn, shown } from './operations.js'
import type { Request } from './play.js'
import { MARK } from './scene.js'

/** Virtual time needs none for work: what is later than this was late. */
const RESERVE_MS = 10

const STATUSES: ReadonlySet<string> = new Set([
  ...['OK', 'EMPTY', 'TRUNCATED', 'REFUSED', 'TIMED_OUT', 'UNREACHABLE', 'INVALID', 'NOT_ASKED'],
  'AUDIT_UNAVAILABLE',
])
const toldOf = ({ status, reason }: Report): string => `${status} ${reason ?? ''}`.trim()

/** Everything that is wrong with the answers of a schedule, in words; nothing where all holds. */
export function problemsOf(history: History): readonly string[] {
  return [
    ...history.requests.flatMap((request) => ofRequest(history, request)),
    ...leftBehind(history),
  ]
}

function ofRequest(history: History, request: Request): readonly string[] {
  const name = `request ${request.id}`
  const tookMs = request.endedMs - request.startedMs
  const { leaves, pages: _, operation } = request.client
  const allowed = roundsOf(history, request) > 1 ? REQUEST_MS : DEADLINE_MS
  const longest = leaves?.page === request.page ? Math.min(leaves.afterMs, allowed) : allowed
  const problems = [
    ...(request.status === 200 ? [] : [`status ${request.status}: ${request.text.slice(0, 300)}`]),
    ...(tookMs > longest + RESERVE_MS ? [`took ${tookMs} ms, ${longest} were allowed`] : []),
    ...(request.text.includes(MARK) ? ['shows what a broken source sent'] : []),
    ...(request.text.includes('.invalid') ? ['shows the address of a source'] : []),
    ...(request.text.includes('"errors"') ? [`errors: ${request.text.slice(0, 300)}`] : []),
    ...trail(history, request),
  ]
  for (const alias of aliasesOf[operation]) {
    const list = request.lists?.[alias]
    const found = list ? ofList(history, request, alias, list) : ['is missing']
    problems.push(...found.map((problem) => `${alias}: ${problem}`))
  }
  return problems.map((problem) => `${name}, ${problem}`)
}

/** How often one source was asked for more of a page: each time takes time, but all together no more than there is. */
function roundsOf({ world }: History, { id }: Request): number {
  const questions = new Map<string, Set<string>>()
  for (const { source, request, question } of world.sources.played) {
    if (request !== id) continue
    questions.set(source, (questions.get(source) ?? new Set()).add(question))
  }
  return Math.max(0, ...[...questions.values()].map(({ size }) => size))
}

/** What the audit record will say: every located source, each once. */
function trail(history: History, request: Request): readonly string[] {
  const located = partsOf(history, request, 'a').map(({ source }) => source)
  const logged = request.trail.map(({ organization }) => organization)
  return equal(located.toSorted(), logged.toSorted())
    ? []
    : [`the access log names ${logged.join(', ') || 'nobody'}, located were ${located.join(', ')}`]
}

function ofList(history: History, request: Request, alias: string, list: List): readonly string[] {
  const parts = partsOf(history, request, alias)
  const named = list.sources.map(({ organization }) => organization.number)
  if (!equal(parts.map(({ source }) => source).toSorted(), named.toSorted())) {
    return [
      `reports ${named.join(', ') || 'nobody'}, located were ${parts.map(({ source }) => source).join(', ')}`,
    ]
  }
  return [
    ...parts.flatMap((part) => reportProblems(history, request, alias, part, list)),
    ...countProblems(list, request),
    ...completeProblems(list, parts, request),
    ...rowProblems(history, request, alias, list, parts),
  ]
}

function reportProblems(
  history: History,
  request: Request,
  alias: string,
  part: Part,
  list: List,
): readonly string[] {
  const report = list.sources.find(({ organization }) => organization.number === part.source)
  if (!report) return []
  const told = toldOf(report)
  const rightly = hasAnswered(report) ? part.answers : part.told.includes(told)
  const failedBefore = alias === 'a' && failedEarlier(history, request, part.source)
  const missed = failedBefore && hasAnswered(report) && !report.recovered
  const problems = [
    ...(STATUSES.has(report.status) ? [] : ['has no status of the contract']),
    ...(rightly
      ? []
      : [
          `is told as ${told}, may be ${[part.answers ? 'answering' : [], part.told].flat().join(' or ')}`,
        ]),
    ...(missed ? ['failed on a page before and is not told as recovered'] : []),
    ...(hasAnswered(report) === (report.asOf !== null) ? [] : ['has an answer without its time']),
    ...(hasAnswered(report) || report.returned + report.dropped === 0
      ? []
      : ['has rows, and failed']),
    ...(report.dropped < part.lost.size && hasAnswered(report) ? ['does not count bad rows'] : []),
    ...((report.elapsed ?? 0) > REQUEST_MS ? [`took ${report.elapsed} ms`] : []),
    ...(report.status === 'TRUNCATED' && !part.partial ? ['is cut without need'] : []),
  ]
  return problems.map((problem) => `${part.source} ${problem}`)
}

function failedEarlier({ requests }: History, { client, page }: Request, source: string): boolean {
  return requests
    .filter((one) => one.client === client && one.page < page)
    .some(({ lists }) =>
      lists?.['a']?.sources.some(
        (report) =>
          report.organization.number === source &&
          !hasAnswered(report) &&
          report.status !== 'NOT_ASKED',
      ),
    )
}

function countProblems({ completeness, sources }: List, { phase }: Request): readonly string[] {
  const count = (test: (report: Report) => boolean): number => sources.filter(test).length
  const notAsked = count(({ status }) => status === 'NOT_ASKED')
  const answered = count(hasAnswered)
  const right = {
    agreed: sources.length,
    asked: sources.length - notAsked,
    answered,
    failed: sources.length - notAsked - answered,
    notAsked,
    withheld: count(({ withheld }) => withheld !== 'NONE'),
    stale: 0,
    catalogueStale: phase.stale,
  }
  return Object.entries(right).flatMap(([name, value]) =>
    completeness[name] === value ? [] : [`counts ${completeness[name]} as ${name}, not ${value}`],
  )
}

function completeProblems(list: List, parts: readonly Part[], request: Request): readonly string[] {
  const whole = list.sources.every(
    ({ status, dropped, withheld, recovered }) =>
      (status === 'OK' || status === 'EMPTY') && dropped === 0 && withheld === 'NONE' && !recovered,
  )
  const sound = parts.every(({ lost }) => lost.size === 0)
  const right = whole && sound && !request.phase.stale && parts.length > 0
  const { precision } = list.totalCount ?? {}
  const claims = list.complete ? ['EXACT', 'UPPER_BOUND'] : ['LOWER_BOUND', 'UNKNOWN']
  const failed = list.sources.some((report) => !hasAnswered(report))
  const sure = list.items?.some(({ complete, newerMayExist }) => complete || !newerMayExist)
  return [
    ...(list.complete === right ? [] : [`is ${right ? '' : 'not '}complete and says the contrary`]),
    ...(!precision || claims.includes(precision)
      ? []
      : [`complete ${list.complete}, its count ${precision}`]),
    ...(failed && sure ? ['is sure that nothing is newer, with sources missing'] : []),
  ]
}

function rowProblems(
  history: History,
  request: Request,
  alias: string,
  list: List,
  parts: readonly Part[],
): readonly string[] {
  if (!list.pageInfo) return []
  const rows = rowsIn(list)
  const ordered = isOrdered(rows, history, request) ? [] : ['rows are not in order']
  if (history.world.schedule.copies) return ordered
  const page = alias === 'a' ? request : { ...request, after: null }
  const guessed = new Set(parts.filter(({ unknown }) => unknown).map(({ source }) => source))
  const known = rows.filter(({ id }) => !guessed.has(id.slice(0, 9)))
  const right = rowsOf(history, page, parts, list).filter(({ source }) => !guessed.has(source))
  const same = known.every((row, at) => {
    const expected = right[at]
    return expected !== undefined && JSON.stringify(row) === JSON.stringify(shown(expected))
  })
  const wrong = same ? [] : [`shows other rows: ${ids(known)}; right were ${ids(right)}`]
  return [
    ...ordered,
    ...wrong,
    ...(guessed.size > 0 ? [] : lengthProblems(request, list, parts, right)),
  ]
}

/** A page is as long as it can be, unless a source is known to have more than it told. */
function lengthProblems(
  { client }: Request,
  list: List,
  parts: readonly Part[],
  right: readonly unknown[],
): readonly string[] {
  const { length } = rowsIn(list)
  const cut = parts.some(({ lost, partial }) => partial || lost.size > 0)
  const most = Math.min(client.first, right.length)
  const more = length < right.length
  return [
    ...(length === most || (cut && length < most)
      ? []
      : [`shows ${length} of ${right.length} rows, first: ${client.first}`]),
    ...(list.pageInfo?.hasNextPage === more ? [] : [`hasNextPage is ${!more}`]),
  ]
}

const ids = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join(' ')

/** Work that goes on when nobody waits for it, and questions that were sent twice. */
function leftBehind({ world: { sources } }: History): readonly string[] {
  const { played, faults } = sources
  const open = played.filter(({ over }) => !over)
  const carried = played.filter(({ effect }) => effect.carried)
  const sent = carried.map(({ source, question }) => `${source} ${question}`)
  return [
    ...faults.map((fault) => `the simulation failed: ${String(fault)}`),
    ...open.map(({ source, request }) => `request ${request} to ${source} was never given up`),
    ...(new Set(sent).size === sent.length ? [] : ['a question was sent twice to one source']),
  ]
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()
