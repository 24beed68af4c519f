import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AskSource,
  createAskSource,
  createEngine,
  createPlan,
  type Engine,
  gatewayErrors,
  type SourceClient,
} from '@kilde/gateway'
import { serviceErrors } from '@kilde/service'
import type { SentLog } from './node/sent-log.js'
import { answerAsNode } from './node/simulated-node.js'
import { allRows, faultAt, type World } from './world/world.js'

export type Way = 'GENERAL' | 'DIRECT'

/** What is asked of the gateway in one round. */
export interface Round {
  readonly world: World
  readonly round: number
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
  /** How many turns of the event loop each source lets pass before it answers; none where it is not named. */
  readonly turns?: ReadonlyMap<string, number>
}

export interface Got {
  readonly text: string
  readonly sent: SentLog
  /** What the operator's log says. */
  readonly faults: readonly string[]
}

/** Asks one engine; one for all cases, over a registry and nodes that change with each. */
export interface Asking {
  ask(round: Round): Promise<Got>
  stop(): Promise<void>
}

/** What the gateway tells its operator of faults that it masks for the client. */
const faults: string[] = []
const LOGGER = {
  debug() {},
  info() {},
  warn() {},
  error: (detail: object) => void faults.push(JSON.stringify(detail)),
}
/** No document of ours may be refused for its size: limits have their own tests. */
const LIMITS = {
  maxCharacters: 1e6,
  maxTokens: 1e5,
  maxDepth: 100,
  maxAliases: 1e4,
  maxDirectives: 1e4,
  maxRootFields: 1e4,
  maxFields: 1e9,
  introspection: true,
}

/** The round that is being asked. */
interface Current {
  readonly round: Round
  readonly sent: SentLog
  readonly ask: AskSource
}

export async function startAsking(way: Way): Promise<Asking> {
  let now: Current | undefined
  const current = (): Current => {
    if (!now) throw new Error('nothing is asked')
    return now
  }
  const steady = askerOf(current)
  const engine = await startEngine(way, current)
  const plan = createPlan(LIMITS)
  return {
    async ask(round) {
      now = { round, sent: new Map(), ask: isFlawless(round.world) ? steady : askerOf(current) }
      const asked = await plan(requestFor(round) as never)
      const answered = await engine.run(asked)
      return {
        text: answered.result.toString().trimEnd(),
        sent: now.sent,
        faults: faults.splice(0),
      }
    },
    stop: () => engine.stop(),
  }
}

async function startEngine(way: Way, current: () => Current): Promise<Engine> {
  const engine = await createEngine({
    way,
    follower: {
      current: () => {
        const { catalogue: state, confirmedAtMs, stale } = current().round.world
        return { state, confirmedAtMs, stale }
      },
    },
    ask: (provider, question) => current().ask(provider, question),
    cursorKeys: { current: Buffer.alloc(32, 1) },
    handleKey: Buffer.alloc(32, 2),
    sourceTimeoutMs: 60_000,
    errors: { ...serviceErrors, ...gatewayErrors },
    logger: LOGGER,
    now: () => current().round.world.nowMs,
  })
  await engine.start()
  return engine
}

/** Nothing can be learnt of sources that never fail. */
const isFlawless = ({ sources }: World): boolean =>
  sources.every(
    (source) =>
      source.faults.every((fault) => fault === null) && !allRows(source).some(({ bad }) => bad),
  )

/** Made anew where sources fail: what was learnt of one is no knowledge of its namesake in another world. */
function askerOf(current: () => Current): AskSource {
  return createAskSource({
    client: simulatedClient(current),
    tokens: {
      tokenFor: async (_access, audience) => tokenFor(current().round, audience),
      reject() {},
    },
    logger: LOGGER,
    timers: FROZEN,
  })
}

/** One clock for all, which stands still. */
const FROZEN = { now: () => 0, after: () => () => {} }

function tokenFor({ world, round }: Round, audience: string) {
  const source = world.sources.find(({ number }) => audience.endsWith(number))
  if (source && faultAt(source, round)?.answer === 'NO_TOKEN') throw new Error('no token')
  return { value: 'token', expiresAtMs: Number.MAX_SAFE_INTEGER }
}

function simulatedClient(current: () => Current): SourceClient {
  return {
    async ask({ provider, body }) {
      const { round, sent } = current()
      const source = round.world.sources.find(({ number }) => number === provider.number)
      if (!source) throw new Error('an organisation was asked that is not there')
      for (let turn = round.turns?.get(source.number) ?? 0; turn > 0; turn -= 1) await nextTurn()
      const answer = faultAt(source, round.round)?.answer
      if (answer === 'NO_CONNECTION') throw new Error('no connection')
      if (typeof answer === 'object')
        return { status: answer.status, body: Buffer.from(answer.body) }
      const number = answer === 'OTHER_ORGANIZATION' ? '310009903' : source.number
      return { status: 200, body: Buffer.from(answerAsNode({ ...source, number }, body, sent)) }
    },
    retain() {},
    async close() {},
  }
}

function requestFor({ world, text, variables }: Round): object {
  return {
    requestId: 'r',
    receivedAtMs: world.nowMs,
    authorization: 'DPoP token',
    dpop: undefined,
    traceparent: undefined,
    remote: undefined,
    signal: new AbortController().signal,
    body: Buffer.from(JSON.stringify({ query: text, variables })),
    requester: {
      kind: 'professional',
      subject: 'subject',
      purpose: 'TREAT',
      organization: world.requester,
      tokenHash: 'hash',
      attest: { decisionRef: { id: 'd' } },
    },
  }
}
