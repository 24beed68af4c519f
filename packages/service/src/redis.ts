import { Redis } from 'ioredis'
import type { PartHealth } from './health/part.js'
import type { Logger } from './logger.js'

/** A connection to the Redis that the replicas of one service share. */
export interface SharedRedis {
  readonly client: Redis
  health(): PartHealth
  close(): Promise<void>
}

/** Whole time for one command (milliseconds): a request waits for it. */
const COMMAND_MS = 1_000
const LONGEST_PAUSE_MS = 2_000

/**
 * Connects in the background and again whenever the connection breaks. A command fails at once while there is none, and is
 * never sent twice: what was asked with `NX` may have been done already, and the second answer would say the opposite.
 */
export function connectRedis(url: string, logger: Logger): SharedRedis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_MS,
    connectTimeout: COMMAND_MS,
    retryStrategy: (tries) => Math.min(LONGEST_PAUSE_MS, 50 * tries),
  })
  let down = false
  client.on('ready', () => {
    if (down) logger.info({}, 'Redis is back')
    down = false
  })
  // Without a listener a lost connection would end the process. Once for each outage: it tries again all the time.
  client.on('error', ({ name }: Error) => {
    if (!down)
      logger.error({ fault: name }, 'Redis cannot be reached: whatever needs it is refused')
    down = true
  })
  return {
    client,
    health: () => ({ name: 'redis', code: 'REDIS_UNREACHABLE', ok: client.status === 'ready' }),
    close: async () => client.disconnect(),
  }
}
