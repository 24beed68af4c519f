import { type CurrentState, catalogueErrors } from '@kilde/catalogue'
import {
  type AskSource,
  createEngine,
  createPlan,
  documentLimits,
  type Engine,
  gatewayErrors,
} from '@kilde/gateway'
import { patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { CONSUMER } from './sim-registry.js'

/** What the engine has around it while a schedule runs. */
export interface Surroundings {
  now(): number
  current(): CurrentState
  readonly ask: AskSource
}

/** Whole time for one source (milliseconds). */
export const DEADLINE_MS = 3_000

/** Whole time for one request (milliseconds). */
export const REQUEST_MS = 5_000

/** The patients that are asked about, by national identity number (synthetic). */
export const numbers = [patients.copd.identifier, patients.diabetes.identifier] as const

export type Way = 'DIRECT' | 'GENERAL'

/** One engine for all schedules: to make one takes longer than a hundred schedules. */
export async function startEngine(way: Way, surroundings: () => Surroundings): Promise<Engine> {
  const engine = await createEngine({
    follower: { current: () => surroundings().current() },
    ask: (provider, question) => surroundings().ask(provider, question),
    cursorKeys: { current: new Uint8Array(32).fill(1) },
    handleKey: new Uint8Array(32).fill(2),
    sourceTimeoutMs: DEADLINE_MS,
    requestTimeoutMs: REQUEST_MS,
    way,
    errors: { ...gatewayErrors, ...catalogueErrors },
    logger: silentLogger,
    now: () => surroundings().now(),
  })
  await engine.start()
  return engine
}

const plan = createPlan(documentLimits)

export interface ClientRequest {
  readonly id: string
  readonly receivedAtMs: number
  readonly traceparent: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/** A request as it is when its sender is known: `id` stands for the sender's access token. */
export function planned({ id, query, variables, ...request }: ClientRequest) {
  return plan({
    ...request,
    requestId: id,
    authorization: `DPoP ${id}`,
    dpop: undefined,
    body: Buffer.from(JSON.stringify({ query, variables })),
    remote: undefined,
    requester: { ...requester, tokenHash: id },
  })
}

const requester = {
  kind: 'professional',
  subject: 'somebody',
  clientId: 'ehr',
  scopes: [],
  jkt: 'key',
  expiresAtMs: Number.MAX_SAFE_INTEGER,
  pid: '',
  securityLevel: 4,
  purpose: 'TREAT',
  organization: CONSUMER,
  attest: {
    id: 'attest',
    attestedAtMs: 0,
    legalEntity: CONSUMER,
    pointOfCare: CONSUMER,
    purpose: 'TREAT',
    decisionRef: { id: 'decision', userSelected: true },
  },
} as const
