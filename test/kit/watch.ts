import type { Logger } from '@kilde/service'
import { findNumbers } from './find-numbers.js'
import { readFolder } from './read-folder.js'
import { type LogLine, recordLog } from './record-log.js'
import { type SeenRequest, watchHttp } from './watch-http.js'
import { watchOutput } from './watch-output.js'

/** Keeps what services write, answer and are asked for, to be searched for identity numbers at the end. */
export interface Watch {
  /** For all services. */
  readonly logger: Logger
  readonly lines: readonly LogLine[]
  /** Requests to any HTTP server of this process, so far. */
  readonly requests: readonly SeenRequest[]
  /** The port of identity, whose answers other than errors may hold numbers: a sign-in page, tokens. */
  readonly identityAt: (port: number) => void
  /** A port at which something tells numbers on purpose, for a test of whether that is found: its answers may hold them. */
  readonly wrongAt: (port: number) => void
  /**
   * Searches everything, and the files below `folder`, but for the databases.
   * @throws where a number was found, naming the places and never the number
   */
  search(folder: string): Promise<void>
  stop(): void
}

/** One at a time: it watches the whole process. */
export function startWatch(): Watch {
  // Until the port is known nothing is let through.
  let identityPort = 0
  const wrongPorts = new Set<number>()
  const log = recordLog()
  const output = watchOutput()
  const http = watchHttp(
    ({ port }, status) => wrongPorts.has(port) || (port === identityPort && status < 400),
  )
  return {
    logger: log.logger,
    lines: log.lines,
    requests: http.requests,
    identityAt: (port) => {
      identityPort = port
    },
    wrongAt: (port) => void wrongPorts.add(port),
    async search(folder) {
      const files = await readFolder(folder, ['postgres'])
      const places = findNumbers([...log.traces(), ...output.traces(), ...http.traces(), ...files])
      if (places.length === 0) return
      throw new Error(`a national identity number stands in: ${places.join('; ')}`)
    },
    stop() {
      output.stop()
      http.stop()
    },
  }
}
