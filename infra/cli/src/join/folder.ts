import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../errors.js'
import type { JoinKeys } from './keys.js'
import { type Environment, envFile } from './node-settings.js'

/** An empty folder: keys that are there already are never written over. @throws CliError `USAGE` */
export async function newFolder(path: string, name: string): Promise<string> {
  // Not 0700: the embedded database may run as another user, who has to get through. What is secret keeps itself closed.
  await mkdir(path, { recursive: true, mode: 0o755 })
  if ((await readdir(path)).length === 0) return path
  throw new CliError('USAGE', { text: `--to takes a folder that is empty or not there: ${name}.` })
}

/** What the organisation keeps: its node's settings, and the key by which its own systems write to it. */
export async function writeFolder(
  folder: string,
  settings: Environment,
  { ingest }: JoinKeys,
): Promise<void> {
  await writeFile(join(folder, 'node.env'), envFile(settings), { mode: 0o600 })
  await writeFile(join(folder, 'ingest-key.json'), JSON.stringify(ingest), { mode: 0o600 })
}
