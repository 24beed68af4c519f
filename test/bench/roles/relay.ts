import { Pool } from 'undici'
import type { Handlers, RelaySetup } from '../protocol.js'
import { startBareServer } from './bare-server.js'
import { dispatch } from './dispatch.js'
import { meter } from './meter.js'

/**
 * The least that asking N sources and answering can cost in Node: the request that the gateway makes, over the same pools,
 * and the bytes that come back written to the client one after the other. Nobody looks at them.
 */
export async function createRelay({ targets, body }: RelaySetup) {
  const sources = targets.map(({ origin, path }) => ({
    path,
    pool: new Pool(origin, { connections: 32, pipelining: 1 }),
  }))
  const sent = Buffer.from(body)
  const url = await startBareServer(async ({ headers }) => {
    const asked = {
      'content-type': 'application/json',
      ...(headers['traceparent'] !== undefined && { traceparent: String(headers['traceparent']) }),
    }
    const answers = await Promise.all(
      sources.map(({ pool, path }) => dispatch(pool, { path, headers: asked, body: sent })),
    )
    return { status: 200, parts: answers.flat() }
  })
  const handlers: Handlers = meter()
  return { info: { url }, handlers }
}
