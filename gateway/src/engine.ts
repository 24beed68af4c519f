import type { GraphQLDataSource } from '@apollo/gateway'
import type { Follower } from '@kilde/catalogue'
import {
  type ErrorTable,
  type Logger,
  noTelemetry,
  type Telemetry,
  traceSteps,
} from '@kilde/service'
import type { GraphQLSchema } from 'graphql'
import { createDirectWay, FinishedAnswers } from './apollo/direct.js'
import { createFederation } from './apollo/federation.js'
import { createOrganizations } from './apollo/organizations.js'
import { createPatientJoins } from './apollo/patient-entities.js'
import { withPatientJoins } from './apollo/patient-join-source.js'
import { createRegistrySource } from './apollo/registry-source.js'
import { createApolloServer } from './apollo/server.js'
import { createSharingSource } from './apollo/sharing-source.js'
import type { Supergraph } from './apollo/supergraph.js'
import { createPrepareStream } from './live/prepare-stream.js'
import type { Narrowing } from './locate/choose.js'
import type { RequestNumbers } from './locate/request-numbers.js'
import { contract } from './merge/contract.js'
import { type CursorKeys, Cursors } from './merge/cursor.js'
import { createAfford } from './path/afford.js'
import { createAskAgain } from './path/ask-again.js'
import { createFanOut } from './path/fan-out.js'
import { answer, type FetchSteps } from './path/index.js'
import { createLocate } from './path/locate.js'
import { createMerge } from './path/merge.js'
import { createPrepare } from './path/prepare.js'
import { createRun } from './path/run.js'
import type { Answered, Asked, Fetch, Gathered, Located } from './path/stage.js'
import { PatientHandles } from './patient-handles.js'
import type { AskSource } from './transport/ask-source.js'

/** What carries out operations: everything between a planned request and its answer, without HTTP, tokens and audit. */
export interface Engine {
  readonly start: () => Promise<void>
  readonly run: (asked: Asked) => Promise<Answered>
  /** What has come of a fetch, as the answer's JSON. */
  /** What a subscription asks. @throws GatewayError */
  readonly prepareStream: (asked: Asked) => Fetch
  /** Everybody who may hold something of what is asked. */
  readonly locateAll: (fetch: Fetch) => Located
  readonly merge: (fetch: Fetch, gathered: Gathered) => Promise<Buffer>
  readonly stop: () => Promise<void>
}

export interface EngineParts {
  /** The graph, and what answers its subgraphs beside `sharing` and `registry`. Default: the contract's own, without others. */
  readonly graph?: {
    readonly supergraph: Supergraph
    readonly sources: Readonly<Record<string, GraphQLDataSource>>
  }
  /** The gateway's copy of the registry. */
  readonly follower: Pick<Follower, 'current'>
  /** How one source is asked. */
  readonly ask: AskSource
  readonly cursorKeys: CursorKeys
  /** Key of patient handles: 32 bytes. */
  readonly handleKey: Uint8Array
  /** How it is found out who has to be asked where many may be. Default: all are. */
  readonly narrowing?: Narrowing
  /** The numbers that a patient has had. Default: nobody can tell. */
  readonly numbers?: RequestNumbers | undefined
  /** Whole time for one source (milliseconds). */
  readonly sourceTimeoutMs: number
  /** Whole time for one request (milliseconds), the merge included. Default 5,000. */
  readonly requestTimeoutMs?: number
  /** Most rows times organisations of one operation. Default 100,000. */
  readonly maxCost?: number
  /** Whether errors may name what of the schema the client did not. Default: yes. */
  readonly showsSchema?: boolean
  /** Default: direct wherever an operation asks `sharing` alone. The general way gives the same answers. */
  readonly way?: 'DIRECT' | 'GENERAL'
  /** How long one operation may be planned (milliseconds). Default 500. */
  readonly planningMs?: number
  /** Every code that may reach a client. */
  readonly errors: ErrorTable
  /** Default: nothing is told. */
  readonly telemetry?: Telemetry
  readonly logger: Logger
  readonly now: () => number
}

export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { follower, errors, logger, way = 'DIRECT' } = parts
  const cursors = new Cursors(parts.cursorKeys)
  const steps = stepsOf(parts, cursors)
  const scatter = {
    contract,
    prepare: createPrepare(cursors),
    answer: (fetch: Fetch) => answer(steps, fetch),
  }
  const joins = createPatientJoins(new PatientHandles(parts.handleKey))
  const general = await createFederation(
    {
      ...parts.graph?.sources,
      sharing: withPatientJoins(createSharingSource(scatter), joins),
      registry: createRegistrySource(follower),
    },
    parts.graph?.supergraph,
    parts.planningMs,
  )
  let schema: GraphQLSchema | undefined
  general.onSchemaLoadOrUpdate((loaded) => {
    schema = loaded.apiSchema
  })
  const finished = new FinishedAnswers()
  const federation = way === 'DIRECT' ? createDirectWay(general, finished, scatter) : general
  const apollo = createApolloServer({
    federation,
    logger,
    errors,
    showsSchema: parts.showsSchema ?? true,
  })
  return {
    start: () => apollo.start(),
    run: createRun(apollo, finished, errors),
    prepareStream: createPrepareStream({
      ...{ contract, prepare: scatter.prepare, showsSchema: parts.showsSchema ?? true },
      schema: () => schema,
    }),
    locateAll: createLocate(follower, parts.now),
    merge: (fetch, gathered) => steps.merge(fetch, gathered),
    stop: () => apollo.stop(),
  }
}

function stepsOf(parts: EngineParts, cursors: Cursors): FetchSteps {
  const { follower, ask, numbers, now } = parts
  const fanOut = { ask, numbers, timeLeftMs: timeLeft(parts) }
  return traceSteps(parts.telemetry ?? noTelemetry, 'gateway', {
    locate: createLocate(follower, now, parts.narrowing),
    afford: createAfford(parts.maxCost ?? 100_000),
    fanOut: createFanOut(fanOut),
    askAgain: createAskAgain(fanOut),
    merge: createMerge({
      cursors,
      handles: new PatientHandles(parts.handleKey),
      organizations: createOrganizations(follower),
    }),
  })
}

/** What the gateway itself needs after the sources (milliseconds). */
const MERGE_RESERVE_MS = 100

/** A source gets its own whole time, but never more than is left of the request's. */
function timeLeft({ sourceTimeoutMs, requestTimeoutMs = 5_000, now }: EngineParts) {
  return ({ asked }: Fetch): number => {
    const left = requestTimeoutMs - MERGE_RESERVE_MS - (now() - asked.receivedAtMs)
    return Math.max(1, Math.min(sourceTimeoutMs, left))
  }
}
