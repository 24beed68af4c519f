import type { Engine } from '@kilde/gateway'
import { numbers, planned } from './engine.js'
import { type List, operations } from './operations.js'
import { type Client, requestId } from './schedule.js'
import type { RegistryPhase } from './sim-registry.js'
import { traceparentOf } from './sim-source.js'
import type { World } from './world.js'

/** One page that a client asks for. */
export interface Page {
  readonly id: string
  readonly client: Client
  readonly page: number
  readonly after: string | null
  /** Sources of the second list. */
  readonly filter: readonly string[]
  readonly excluded: readonly string[]
}

/** The same with what came of it. */
export interface Request extends Page {
  readonly startedMs: number
  readonly endedMs: number
  /** The registry at its start. */
  readonly phase: RegistryPhase
  readonly status: number
  readonly text: string
  /** By alias; undefined where there is none, e.g. because of an error. */
  readonly lists: Readonly<Record<string, List>> | undefined
  readonly trail: readonly { readonly organization: string; readonly status: string }[]
}

/** Lets all clients read at once. Answers every page that was asked for. */
export async function play(world: World, engine: Engine): Promise<readonly Request[]> {
  const requests: Request[] = []
  const { schedule, time } = world
  const filter = schedule.sources.filter((_, at) => at % 2 === 0)
  const third = schedule.sources.filter((_, at) => at % 3 === 2)
  const read = async (client: Client, number: number): Promise<void> => {
    await time.sleep(client.startMs)
    for (let page = 0, after: string | null = null; page < client.pages; page++) {
      const id = requestId(number, page)
      const excluded = client.excludes ? third : []
      const request = await askPage(world, engine, { id, client, page, after, filter, excluded })
      requests.push(request)
      const { hasNextPage, endCursor } = request.lists?.['a']?.pageInfo ?? {}
      if (hasNextPage !== true || !endCursor || client.leaves?.page === page) return
      after = endCursor
      await time.sleep(client.gapMs)
    }
  }
  await time.until(Promise.all(schedule.clients.map(read)))
  return requests
}

export async function askPage(world: World, engine: Engine, asked: Page): Promise<Request> {
  const { time } = world
  const startedMs = time.now()
  const phase = world.phase()
  const leaving = new AbortController()
  const { leaves } = asked.client
  const { id, client, page, after, filter, excluded } = asked
  const cancel =
    leaves?.page === asked.page
      ? time.after(leaves.afterMs, () => leaving.abort(new Error('the client left')))
      : () => {}
  const answered = await engine.run(await requestFor(asked, startedMs, leaving.signal))
  cancel()
  const { result, status, trail } = answered
  const text = result.toString()
  const { data } = JSON.parse(text) as { data?: { patient?: Record<string, List> | null } }
  const lists = data?.patient ?? undefined
  const endedMs = time.now()
  return {
    ...{ id, client, page, after, filter, excluded },
    ...{ startedMs, endedMs, phase, status, text, lists },
    trail: trail.sources,
  }
}

function requestFor(
  { id, client, after, filter, excluded }: Page,
  receivedAtMs: number,
  signal: AbortSignal,
) {
  const { patient, first, order, operation } = client
  const variables = {
    ...{ identifier: numbers[patient], first, after, order },
    ...(excluded.length > 0 ? { excluded } : {}),
    ...(operation === 'TWO_LISTS' ? { filter: { sources: filter } } : {}),
  }
  const query = operations[operation]
  return planned({ id, receivedAtMs, traceparent: traceparentOf(id), query, variables, signal })
}
