import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { ClosedLoad, Handlers, LoadResult, OpenLoad, Shot, World } from '../protocol.js'
import { dispatch } from './dispatch.js'
import { type Session, signIn } from './sign-in.js'

/** The client: asks in one of two ways, so many at a time (closed) or so many a second (open), and takes the times. */
export async function createLoad() {
  const sessions: Session[] = []
  const fire = shooter(sessions)
  const handlers: Handlers = {
    /** Signs in so many times: each time another requester's token. The first stays for `warm`. */
    signIn: async ({ world, count }: { world: World; count: number }) => {
      for (let index = 0; index < count; index += 1) sessions.push(await signIn(world))
    },
    /** One answer, to be looked at. */
    one: async (shot: Shot) => (await fire(shot)).text(),
    closed: (load: ClosedLoad) => closed(fire, load),
    open: (load: OpenLoad) => open(fire, load),
  }
  return { info: {}, handlers }
}

interface Hit {
  readonly trace: string
  readonly ms: number
  readonly bytes: number
  text(): string
}

type Fire = (shot: Shot) => Promise<Hit>

function shooter(sessions: Session[]): Fire {
  const pools = new Map<string, Pool>()
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: 256, pipelining: 1 })
    pools.set(origin, pool)
    return pool
  }
  let last = 0
  return async ({ url, body, signed }) => {
    last += 1
    const trace = `00-${last.toString(16).padStart(32, '0')}-00000000000000a1-01`
    const { origin, pathname } = new URL(url)
    const headers = {
      'content-type': 'application/json',
      traceparent: trace,
      ...(signed === 'no' ? {} : sign(sessionFor(signed, sessions), url)),
    }
    const from = performance.now()
    const chunks = await dispatch(poolOf(origin), { path: pathname, headers, body })
    return {
      trace,
      ms: performance.now() - from,
      bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      text: () => Buffer.concat(chunks).toString(),
    }
  }
}

function sessionFor(signed: 'warm' | 'cold', sessions: Session[]): Session {
  const session = signed === 'warm' ? sessions[0] : sessions.pop()
  if (!session) throw new Error('nobody is signed in')
  return session
}

function sign({ token, proof }: Session, url: string): Record<string, string> {
  return {
    authorization: `DPoP ${token.value}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token.value }),
  }
}

/** A fast wrong answer is no answer: every answer has the size of the first, but for a few digits of time. */
function recorder() {
  const latencies: [string, number][] = []
  let size: number | undefined
  return {
    latencies,
    record: ({ trace, ms, bytes }: Hit): void => {
      size ??= bytes
      if (Math.abs(bytes - size) > 0.02 * size) throw new Error(`${bytes} bytes instead of ${size}`)
      latencies.push([trace, ms])
    },
  }
}

async function closed(fire: Fire, load: ClosedLoad): Promise<LoadResult> {
  const { inFlight, forMs, atLeast, atMost = Number.POSITIVE_INFINITY } = load
  const { latencies, record } = recorder()
  const from = performance.now()
  let begun = 0
  const goOn = (): boolean =>
    begun < atMost && (begun < atLeast || performance.now() - from < forMs)
  const one = async (): Promise<void> => {
    while (goOn()) {
      begun += 1
      record(await fire(load))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one))
  return { queries: latencies.length, wallMs: performance.now() - from, latencies }
}

/** At a constant rate, whether or not what was asked before has been answered. */
async function open(fire: Fire, load: OpenLoad): Promise<LoadResult> {
  const { latencies, record } = recorder()
  const count = Math.max(load.atLeast, Math.round((load.perSecond * load.forMs) / 1_000))
  const between = 1_000 / load.perSecond
  const from = performance.now()
  const under: Promise<void>[] = []
  for (let index = 0; index < count; index += 1) {
    const early = from + index * between - performance.now()
    if (early > 1) await sleep(early)
    under.push(fire(load).then(record))
  }
  await Promise.all(under)
  return { queries: count, wallMs: performance.now() - from, latencies }
}
