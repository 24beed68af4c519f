import { readFileSync, statSync } from 'node:fs'
import { readTls } from '@kilde/service'
import { buildConnector } from 'undici'
import type { FhirSettings } from './settings.js'

type Tls = FhirSettings['tls']

/**
 * How connections to a server are opened: with the certificate as it lies in its files then, so that one that was renewed needs no
 * restart. While the files cannot be used, e.g. only one of two has been replaced, the last that could goes on.
 */
export function createConnect(tls: Tls, timeout: number): buildConnector.connector {
  const files = Object.values(tls ?? {})
  let seen = stampOf(files)
  let connector = buildConnector({ ...readFiles(tls), timeout })
  return (options, callback) => {
    const stamp = stampOf(files)
    if (stamp !== seen) {
      try {
        connector = buildConnector({ ...readFiles(tls), timeout })
        seen = stamp
      } catch {
        // The next connection looks again.
      }
    }
    connector(options, callback)
  }
}

function readFiles({ certificateFile, keyFile, authorityFile }: NonNullable<Tls> = {}) {
  const own =
    certificateFile && keyFile
      ? readTls({ certificatePath: certificateFile, keyPath: keyFile })
      : undefined
  return { ...own, ...(authorityFile && { ca: readFileSync(authorityFile) }) }
}

/** Changes whenever one of the files does. */
const stampOf = (files: readonly (string | undefined)[]): string =>
  files
    .map((path) => path && statSync(path, { throwIfNoEntry: false }))
    .map((stat) => (stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'away'))
    .join('; ')
