import { rename, writeFile } from 'node:fs/promises'
import { signBundle } from '@kilde/organization/policy'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import { readPrivateKey } from '../read-keys.js'
import type { Surroundings } from '../surroundings.js'
import { describeBundle } from './describe.js'
import { readBundle } from './read-bundle.js'
import { refusedAs } from './refused.js'

export interface SignOptions {
  /** Folder, or JSON file. */
  readonly bundle: string
  /** File with the private key. */
  readonly key: string
  readonly days: number
  /** Default: standard output. */
  readonly out?: string
}

const DAY_MS = 86_400_000

/** Signs a bundle as nodes take it (docs/policy.md), after looking at it as they do. */
export async function signPolicy(
  { bundle: name, key: keyFile, days, out }: SignOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const bundle = await readBundle(name, surroundings)
  const key = await readPrivateKey(keyFile, surroundings.folder)
  const signing = { key, nowMs: surroundings.now(), validMs: days * DAY_MS }
  const { jws, signed } = await refusedAs(name, signBundle(bundle, signing))
  if (out === undefined) surroundings.out.write(`${jws}\n`)
  else await writeWhole(pathOf(out, surroundings.folder), `${jws}\n`)
  surroundings.err.write(`${describeBundle(signed)}\n`)
  return exitCodes.done
}

/** Nodes look at the file while it is being written: it is there as a whole or as it was. */
async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new CliError('FILE_NOT_WRITTEN', { cause })
  }
}
