import type { Engine } from '@kilde/gateway'
import { type History, partsOf } from './expected.js'
import { hasAnswered, rowsIn } from './operations.js'
import { askPage, type Request } from './play.js'
import type { Membership } from './sim-registry.js'
import { createWorld, type World } from './world.js'

/** Rows as a client got them, and whether there are more: what must not depend on sources that are missing. */
const shownIn = ({ lists }: Request): string => {
  const list = lists?.['a']
  return JSON.stringify(list && [rowsIn(list), list.pageInfo.hasNextPage])
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
  if (!history.world.schedule.copies) return []
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
  const sources = request.lists?.['a']?.sources
  const parts = partsOf(history, request, 'a')
  const whole = parts.every(({ lost, partial, unknown }) => lost.size === 0 && !partial && !unknown)
  return whole && sources !== undefined && !sources.every(hasAnswered)
}

/** The world as if only those sources were known that had answered. */
function alone({ world: { schedule } }: History, { lists }: Request) {
  const answered = new Set(
    lists?.['a']?.sources.filter(hasAnswered).map(({ organization }) => organization.number),
  )
  const members = new Map(
    schedule.sources.map((source): [string, Membership] => [
      source,
      answered.has(source) ? 'ACTIVE' : 'ABSENT',
    ]),
  )
  return { ...schedule, registry: [{ fromMs: 0, stale: false, members }], faults: new Map() }
}
