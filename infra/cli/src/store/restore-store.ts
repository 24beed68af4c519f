import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { restore } from '@kilde/organization/store'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf, unreadable } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { readStoreEntry, type StoreChoice } from './key-file.js'
import { tellSum } from './tell-sum.js'

export interface RestoreOptions extends StoreChoice {
  readonly from: string
}

/** Into the database that the file of keys names, which must be empty. */
export async function runRestore(
  options: RestoreOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const entry = await readStoreEntry(options, surroundings)
  const { organization, databaseUrl, key, previousKeys = [] } = entry
  const file = pathOf(options.from, surroundings.folder)
  await access(file).catch((cause: unknown) => {
    throw unreadable(options.from, cause)
  })
  const keys = [key, ...previousKeys]
  const sums = await restore({ databaseUrl, organization, keys }, createReadStream(file))
  tellSum(sums, 'restored', surroundings)
  return exitCodes.done
}
