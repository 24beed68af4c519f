import { KildeError } from './errors.js'
import type { Logger } from './logger.js'

/** A started service: where it answers, and how to end it. */
export interface Running {
  readonly url: string
  /** Says to whoever asks that it is not ready, and goes on answering for as long as its settings say. */
  drain?(): Promise<void>
  stop(): Promise<void>
}

/**
 * Runs a service as a process: starts it, stops it once on SIGINT or SIGTERM (or when the parent process goes away and
 * `KILDE_PARENT` asks for that), and turns a failed start into one clear line and exit code 1.
 */
export async function runService(
  name: string,
  logger: Logger,
  start: () => Promise<Running>,
): Promise<void> {
  try {
    const running = await start()
    logger.info({ url: running.url }, `${name} is ready`)
    process.send?.({ ready: true, url: running.url })
    stopOnSignal(name, logger, running)
  } catch (error) {
    process.stderr.write(`${name}: ${startFault(error)}\n`)
    process.exit(1)
  }
}

function stopOnSignal(name: string, logger: Logger, running: Running): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    logger.info({}, `${name} is stopping`)
    const end = async (): Promise<void> => {
      await running.drain?.()
      await running.stop()
    }
    void end().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // A supervisor holds an IPC channel; when it dies without a signal, this end closes.
  process.once('disconnect', stop)
}

/** One line for a person: the text of our own errors, or what usually keeps a server from starting. */
export function startFault(error: unknown): string {
  if (error instanceof KildeError) return error.publicText
  const fault = error as NodeJS.ErrnoException & { port?: number }
  if (fault?.code === 'EADDRINUSE') {
    return `port ${fault.port ?? '?'} is in use by another program. Stop it, or set KILDE_PORT_BASE to other ports.`
  }
  if (fault?.code === 'EACCES') return 'no permission to use that port or folder'
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown failure'
}
