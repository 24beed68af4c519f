import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import type { EvenLoad, EvenResult, FullLoad, Handlers, World } from '../protocol.js'
import { type Session, signIn } from './sign-in.js'

/** What became of one request. `OVERLOADED`: refused with a time to come back. */
type Outcome = 'OK' | 'OVERLOADED' | 'FAILED'

/** Share by which an answer may differ in size from the first: a few digits of time. */
const TOLERANCE = 0.02
const GIVE_UP_MS = 30_000

/**
 * Several requesters, who ask in turn at an even rate, whether or not what was asked before has been answered (an open loop): each
 * latency counts from when its request was due, so that a late start is not taken for a quick answer.
 */
export async function createRequesters() {
  const sessions: Session[] = []
  const handlers: Handlers = {
    signIn: async ({ world, count }: { world: World; count: number }) => {
      for (let index = 0; index < count; index += 1) sessions.push(await signIn(world))
    },
    even: (load: EvenLoad) => even(askerOf(sessions, load), load),
    full: (load: FullLoad) => full(askerOf(sessions, load), load),
  }
  return { info: {}, handlers }
}

type Ask = () => Promise<Outcome>

const pools = new Map<string, Pool>()

function askerOf(sessions: readonly Session[], { url, body, bytes }: FullLoad | EvenLoad): Ask {
  const { origin, pathname } = new URL(url)
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 512, pipelining: 1 })
  pools.set(origin, pool)
  let last = 0
  return async () => {
    const session = sessions[last++ % sessions.length]
    if (!session) throw new Error('nobody is signed in')
    const headers = { 'content-type': 'application/json', ...sign(session, url) }
    try {
      const answer = await pool.request({
        ...{ path: pathname, method: 'POST', headers, body },
        ...{ headersTimeout: GIVE_UP_MS, bodyTimeout: GIVE_UP_MS },
      })
      return outcomeOf(answer, (await answer.body.arrayBuffer()).byteLength, bytes)
    } catch {
      return 'FAILED'
    }
  }
}

function sign({ token, proof }: Session, url: string): Record<string, string> {
  return {
    authorization: `DPoP ${token.value}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token.value }),
  }
}

/** A fast wrong answer is no answer: every answer has the size of one that was looked at. */
function outcomeOf(
  { statusCode, headers }: Dispatcher.ResponseData,
  size: number,
  bytes: number,
): Outcome {
  if (statusCode === 503 && headers['retry-after'] !== undefined) return 'OVERLOADED'
  return statusCode === 200 && Math.abs(size - bytes) <= TOLERANCE * bytes ? 'OK' : 'FAILED'
}

async function even(ask: Ask, { perSecond, forMs }: EvenLoad): Promise<EvenResult> {
  const count = Math.round((perSecond * forMs) / 1_000)
  const latencies: number[] = []
  const seconds: number[] = Array.from({ length: Math.ceil(forMs / 1_000) }, () => 0)
  const counts = { OK: 0, OVERLOADED: 0, FAILED: 0 }
  const from = performance.now()
  const one = async (dueMs: number): Promise<void> => {
    const outcome = await ask()
    counts[outcome] += 1
    if (outcome !== 'OK') return
    const now = performance.now()
    latencies.push(now - dueMs)
    const second = Math.floor((now - from) / 1_000)
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1
  }
  const underWay: Promise<void>[] = []
  for (let index = 0; index < count; index += 1) {
    const dueMs = from + (index * 1_000) / perSecond
    const earlyMs = dueMs - performance.now()
    if (earlyMs > 1) await sleep(earlyMs)
    underWay.push(one(dueMs))
  }
  await Promise.all(underWay)
  return { asked: count, ...counts, latencies, seconds, wallMs: performance.now() - from }
}

/** As many at a time as keep the gateway busy: how many a second it answers at most. */
async function full(ask: Ask, { inFlight, forMs }: FullLoad): Promise<number> {
  const from = performance.now()
  let answered = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - from < forMs) if ((await ask()) === 'OK') answered += 1
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return (answered * 1_000) / (performance.now() - from)
}
