import { randomBytes } from 'node:crypto'
import {
  createAskSource,
  createEngine,
  createPlan,
  createSourceClient,
  documentLimits,
  gatewayErrors,
} from '@kilde/gateway'
import { silentLogger } from '@kilde/service'
import { MOST_ROWS_ASKED } from '../cases.js'
import type { EngineSetup, Handlers } from '../protocol.js'
import { type BareAnswer, startBareServer } from './bare-server.js'
import { meter } from './meter.js'
import { requester } from './requester.js'

const TIMEOUT_MS = 60_000

/**
 * The gateway without what makes it safe: no token, proof or audit, a copy of the registry that nobody signed, and Node's
 * bare server. What is left is planning, locating, asking and merging.
 */
export async function createEngineServer({ content, way }: EngineSetup) {
  const now = Date.now
  const state = { ...content, version: 1, issuedAt: new Date().toISOString() }
  const token = { value: 'T', expiresAtMs: Number.POSITIVE_INFINITY, scope: '' }
  const client = createSourceClient({
    proof: { sign: () => 'P' },
    maxResponseBytes: 64_000_000,
    connectTimeoutMs: TIMEOUT_MS,
  })
  const engine = await createEngine({
    follower: { current: () => ({ state, confirmedAtMs: now(), stale: false }) },
    ask: createAskSource({
      client,
      tokens: { tokenFor: async () => token, reject: () => {} },
      logger: silentLogger,
    }),
    cursorKeys: { current: randomBytes(32) },
    handleKey: randomBytes(32),
    maxCost: MOST_ROWS_ASKED,
    sourceTimeoutMs: TIMEOUT_MS,
    requestTimeoutMs: TIMEOUT_MS,
    way,
    errors: gatewayErrors,
    logger: silentLogger,
    now,
  })
  await engine.start()
  const plan = createPlan(documentLimits)
  const answer = async (
    body: Buffer,
    traceparent: string | undefined,
    signal: AbortSignal,
  ): Promise<BareAnswer> => {
    const asked = await plan({
      requestId: '',
      receivedAtMs: now(),
      authorization: '',
      dpop: undefined,
      traceparent,
      body,
      remote: undefined,
      signal,
      requester,
    })
    const { status, result } = await engine.run(asked)
    return { status, parts: [result] }
  }
  const url = await startBareServer(({ body, headers, signal }) =>
    answer(body, headers['traceparent'] as string | undefined, signal),
  )
  const handlers: Handlers = meter()
  return { info: { url, way }, handlers }
}
