import underPressure from '@fastify/under-pressure'
import type { Logger } from '@kilde/service'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { GatewayConfig } from '../config.js'
import { GatewayError } from '../errors.js'
import { errorReply } from '../http/reply.js'

export interface LoadBounds {
  /** Most requests under way in this process. */
  readonly mostAtOnce: number
  /** Requests under way from which on no more are taken while the process is busy all the time; 0: as many as come. */
  readonly busyAtOnce: number
  readonly logger: Logger
}

type LoadConfig = Pick<GatewayConfig, 'KILDE_REQUESTS_AT_ONCE' | 'KILDE_OVERLOAD_AT_ONCE'>

export const loadBounds = (config: LoadConfig, logger: Logger): LoadBounds => ({
  mostAtOnce: config.KILDE_REQUESTS_AT_ONCE,
  busyAtOnce: config.KILDE_OVERLOAD_AT_ONCE,
  logger,
})

/** How often the event loop is looked at (milliseconds): a burst is seen before it has piled up. */
const LOOK_MS = 100
/** Share of the time in which a process that has more to do than it can is at work. One that waits for slow sources is not. */
const BUSY = 0.95
/** For so long at a stretch: a burst, or a machine that does something else for a moment, is none. */
const STRETCH_MS = 500
/** Clients that were refused together do not come back together (seconds). */
const BACK_AFTER_S = [1, 2, 3] as const
/** An operator is told that there is overload, not of each request. */
const TELL_MS = 10_000

/**
 * Refuses requests that this process could only make slower for all, before their bodies are read: whoever is let in is answered in time.
 * Streams have places of their own (docs/live-updates.md); they do not count as under way.
 */
export async function shedLoad(scope: FastifyInstance, bounds: LoadBounds): Promise<void> {
  const { mostAtOnce, busyAtOnce, logger } = bounds
  let underWay = 0
  const refuse = refuser(logger)
  scope.addHook('onRequest', async (_request, reply) => {
    if (underWay >= mostAtOnce) return reply.send(refuse(reply))
    underWay += 1
    let isOver = false
    const leave = (): void => {
      if (!isOver) underWay -= 1
      isOver = true
    }
    leaves.set(reply, leave)
    reply.raw.once('close', leave)
    return
  })
  if (busyAtOnce === 0) return
  let busySinceMs = Number.POSITIVE_INFINITY
  // Measures alone: what its own handler sends would not keep a request from going on.
  await scope.register(underPressure, {
    sampleInterval: LOOK_MS,
    maxEventLoopUtilization: BUSY,
    eventLoopUtilizationMode: 'interval',
    pressureHandler: () => undefined,
  })
  scope.addHook('onRequest', async (_request, reply) => {
    const nowMs = performance.now()
    busySinceMs = scope.isUnderPressure() ? Math.min(busySinceMs, nowMs) : Number.POSITIVE_INFINITY
    // The one that asks is under way itself.
    const isOverload = underWay > busyAtOnce && nowMs - busySinceMs >= STRETCH_MS
    return isOverload ? reply.send(refuse(reply)) : undefined
  })
}

/** What ends each reply's time under way. */
const leaves = new WeakMap<FastifyReply, () => void>()

/** A stream goes on for as long as somebody listens, and costs nothing meanwhile. */
export const leaveForStream = (reply: FastifyReply): void => leaves.get(reply)?.()

/** Puts status and headers on a reply; answers its body. */
function refuser(logger: Logger): (reply: FastifyReply) => string | Buffer {
  let toldMs = Number.NEGATIVE_INFINITY
  return (reply) => {
    const nowMs = performance.now()
    if (nowMs - toldMs >= TELL_MS) {
      toldMs = nowMs
      logger.warn({}, 'overload: requests are refused')
    }
    const place = Math.floor(Math.random() * BACK_AFTER_S.length)
    const error = new GatewayError('OVERLOADED', { retryAfterSeconds: BACK_AFTER_S[place] ?? 1 })
    const { status, headers, body } = errorReply(error)
    void reply.code(status).headers(headers)
    return body
  }
}
