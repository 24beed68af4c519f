import type { Engine } from '@kilde/gateway'
import { type History, partsOf } from './expected.js'
import { aliasesOf, hasAnswered, type List, rowsIn } from './operations.js'
import { askPage, type Request } from './play.js'
import type { Membership } from './sim-registry.js'
import { createWorld, type World } from './world.js'

/** Values as a client got them, and whether there are more: what must not depend on sources that are missing. */
const shownIn = ({ client, lists }: Request): string =>
  JSON.stringify(aliasesOf[client.operation].map((alias) => valuesIn(lists?.[alias])))

function valuesIn(list: List | undefined): unknown {
  if (!list) return undefined
  if (list.pageInfo) return [rowsIn(list), list.pageInfo.hasNextPage]
  const { complete: _, completeness: _counts, sources: _sources, items, ...values } = list
  const shown = items?.map(({ complete: _whole, newerMayExist: _newer, ...item }) => item)
  return { ...values, shown }
}

/**
 * Where rows have copies elsewhere, what is right is less obvious: the same page is asked once more of those sources alone that
 * had answered, with nothing wrong. The missing ones must have changed nothing.
 * @param enter makes a world the one that the engine lives in
 */
export async function baselineProblems(
  history: History,
  engine: Engine,
  enter: (world: World) => void,
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const request of history.requests.filter((one) => isComparable(history, one))) {
    const world = createWorld(alone(history, request))
    enter(world)
    const again = await world.time.until(askPage(world, engine, request))
    if (shownIn(again) === shownIn(request)) continue
    problems.push(
      `request ${request.id} shows ${shownIn(request)}; without the missing sources ${shownIn(again)}`,
    )
  }
  return problems
}

/** Some source is missing, and every other told all that it has. */
function isComparable(history: History, request: Request): boolean {
  const { operation } = request.client
  const isPlain = operation === 'LIST' && !history.world.schedule.copies
  // What an excluded source does for the other list is not the same there.
  if (isPlain || operation === 'TWO_LISTS') return false
  const sources = reportsIn(request)
  const parts = partsOf(history, request, 'a')
  const whole = parts.every(({ lost, partial, unknown }) => lost.size === 0 && !partial && !unknown)
  return whole && sources !== undefined && !sources.every(hasAnswered)
}

const reportsIn = ({ client, lists }: Request) =>
  lists?.[aliasesOf[client.operation][0] ?? '']?.sources

/** The world as if only those sources were known that had answered. */
function alone({ world: { schedule } }: History, request: Request) {
  const answered = new Set(
    reportsIn(request)
      ?.filter(hasAnswered)
      .map(({ organization }) => organization.number),
  )
  const members = new Map(
    schedule.sources.map((source): [string, Membership] => [
      source,
      answered.has(source) ? 'ACTIVE' : 'ABSENT',
    ]),
  )
  return { ...schedule, registry: [{ fromMs: 0, stale: false, members }], faults: new Map() }
}
