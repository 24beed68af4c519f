import { readFile } from 'node:fs/promises'
import { type ClientFile, type DemoFile, demoDirectory, readDemoFile } from '@kilde/demo'
import { privateJwk } from '@kilde/trust'
import { CliError } from './errors.js'
import type { Surroundings } from './surroundings.js'

export type { DemoFile } from '@kilde/demo'

const DEFAULT_PORT_BASE = 4000

/**
 * What the running demo holds. Which one: `--port-base`, else KILDE_PORT_BASE, else that at port 4000.
 * @throws DemoError `DEMO_NOT_RUNNING`; CliError `USAGE` where the port is none
 */
export async function readDemo(
  portBase: string | undefined,
  { env }: Surroundings,
): Promise<DemoFile> {
  // A network of containers has no port to be found by, but a volume that they share.
  const { KILDE_DEMO_DIRECTORY: directory, KILDE_PORT_BASE: base } = env
  if (directory) return readDemoFile(directory)
  return readDemoFile(demoDirectory(portFrom(portBase ?? (base || undefined))))
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT_BASE
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port > 0 && port <= 65_535) return port
  throw new CliError('USAGE', { text: '--port-base (KILDE_PORT_BASE) takes a port, 1 to 65535.' })
}

/** @throws CliError `FILE_UNREADABLE` */
export async function readClientKey({ keyFile }: ClientFile) {
  try {
    return privateJwk.parse(JSON.parse(await readFile(keyFile, 'utf8')))
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', {
      cause,
      text: 'The key of this client cannot be read: the demo belongs to another user, or has just ended.',
    })
  }
}
