import { statSync } from 'node:fs'
import type { Server as TlsServer } from 'node:tls'
import type { Logger } from './logger.js'
import { readTls, type TlsFiles } from './tls.js'

const EVERY_MS = 30_000

export interface FollowTls {
  readonly files: TlsFiles
  readonly logger: Logger
  /** How often the files are looked at (milliseconds). Default 30 000 (30 seconds). */
  readonly everyMs?: number
}

/**
 * Takes a certificate that was put in the place of the one in use, for connections from then on. What cannot be used is told to
 * the log, and the old one goes on. @returns how to end it
 */
export function followTls(server: TlsServer, options: FollowTls): () => void {
  const { files, logger, everyMs = EVERY_MS } = options
  let seen = stampOf(files)
  const look = (): void => {
    const stamp = stampOf(files)
    if (stamp === seen) return
    try {
      server.setSecureContext(readTls(files))
      logger.info({}, 'TLS certificate replaced')
    } catch {
      // Also while only one of the two has been replaced: the next look finds both.
      logger.error({}, 'the new TLS certificate or its key cannot be used: the old one goes on')
      return
    }
    seen = stamp
  }
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Changes whenever one of the files does; a file that is away is a change too. */
function stampOf({ certificatePath, keyPath }: TlsFiles): string {
  return [certificatePath, keyPath]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((stat) => (stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'away'))
    .join('; ')
}
