import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Logger } from '@kilde/service'
import type { ProcessMemory } from './index.js'

export interface IdleOptions {
  /** How long no request has been under way before memory is cleared (milliseconds). */
  readonly idleMs: number
  readonly logger: Logger
}

/** Clears memory whenever requests have been there and are no more. */
export interface IdleClearing {
  /** Also where no request was: something else has left what must not stay. */
  soon(): void
  stop(): void
}

/**
 * Watches a server. Between requests it costs one timer; while requests run, two counts. A request that arrives during the
 * clearing stops it after the piece under way, and all of it begins again at the next pause.
 */
export function clearWhenIdle(
  server: Server,
  memory: Pick<ProcessMemory, 'clear'>,
  { idleMs, logger }: IdleOptions,
): IdleClearing {
  let underWay = 0
  let timer: NodeJS.Timeout | undefined
  let clearing: AbortController | undefined
  const interrupt = (): void => {
    clearTimeout(timer)
    clearing?.abort()
  }
  const clear = (): void => {
    clearing = new AbortController()
    memory.clear(clearing.signal).catch((fault: unknown) => logFault(logger, fault))
  }
  const afterPause = (): void => {
    if (underWay === 0) timer = setTimeout(clear, idleMs).unref()
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // Probes come more often than any pause is long, and carry nothing.
    if (request.url?.startsWith('/health/')) return
    underWay += 1
    interrupt()
    response.once('close', () => {
      underWay -= 1
      afterPause()
    })
  }
  server.on('request', onRequest)
  return {
    soon() {
      interrupt()
      afterPause()
    },
    stop() {
      server.off('request', onRequest)
      interrupt()
    },
  }
}

function logFault(logger: Logger, fault: unknown): void {
  const { code, name } = fault as NodeJS.ErrnoException
  logger.error({ code, name }, 'memory could not be cleared')
}
