import { type Server, startGatewayWith, startSurroundings } from '../bench-network.js'
import { caseOf } from '../cases.js'
import { startWorker, type Worker } from '../processes.js'
import type { EvenLoad, EvenResult, FullLoad, Held } from '../protocol.js'
import { faultIn, mergedBody } from '../questions.js'

/** Sizes of the issue's own case. */
export interface LoadSize {
  readonly requesters: number
  readonly nodes: number
  /** Rows of the patient at each node. */
  readonly rows: number
  /** Time that each node takes (milliseconds). */
  readonly nodeMs: number
}

export type PartName = 'gateway' | 'nodes' | 'requesters' | 'identity and registry'

/** A gateway with its nodes and those who ask it, each in a process of its own. */
export interface LoadSetting {
  even(load: Pick<EvenLoad, 'perSecond' | 'forMs'>): Promise<EvenResult>
  full(load: Pick<FullLoad, 'inFlight' | 'forMs'>): Promise<number>
  held(): Promise<Readonly<Record<PartName, Held>>>
  end(): Promise<void>
}

/**
 * As in production: allowances are counted (and large enough), sources are given up in the usual time, overload is refused, and memory
 * is cleared.
 */
const SETTINGS = {
  KILDE_REQUEST_TIMEOUT_MS: '10000',
  KILDE_SOURCE_TIMEOUT_MS: '9000',
  KILDE_RATE_REQUESTER_PER_MINUTE: '1000000',
  KILDE_RATE_ORGANIZATION_PER_MINUTE: '10000000',
  KILDE_RATE_REQUESTER_AT_ONCE: '10000',
  KILDE_OVERLOAD_AT_ONCE: '40',
  KILDE_IDLE_CLEAR_MS: '10000',
} as const

export async function startLoad(size: LoadSize): Promise<LoadSetting> {
  const around = await startSurroundings(size.nodes)
  const one = caseOf(size.nodes, size.rows)
  await around.nodes.ask('delay', size.nodeMs)
  const [gateway, requesters] = await Promise.all([
    startGatewayWith(SETTINGS, one, around),
    startWorker<object>('requesters', {}),
  ])
  await requesters.ask('signIn', { world: around.world.info, count: size.requesters })
  const question = { url: gateway.info.url, body: mergedBody(one) }
  const text = await around.load.ask<string>('one', { ...question, signed: 'warm' })
  const fault = faultIn(text, one)
  if (fault !== undefined) throw new Error(`a wrong answer: ${fault}`)
  const repeated = { ...question, bytes: Buffer.byteLength(text) }
  return {
    even: (load) => requesters.ask<EvenResult>('even', { ...repeated, ...load }),
    full: (load) => requesters.ask<number>('full', { ...repeated, ...load }),
    held: () => heldBy({ gateway, requesters, nodes: around.nodes, world: around.world }),
    end: async () => {
      await Promise.all([gateway.end(), requesters.end()])
      await around.end()
    },
  }
}

interface Parts {
  readonly gateway: Server
  readonly requesters: Worker<object>
  readonly nodes: Worker<object>
  readonly world: Worker<object>
}

async function heldBy({ gateway, requesters, nodes, world }: Parts) {
  const of = (worker: Worker<object>): Promise<Held> => worker.ask<Held>('held')
  return {
    gateway: await of(gateway),
    nodes: await of(nodes),
    requesters: await of(requesters),
    'identity and registry': await of(world),
  }
}
