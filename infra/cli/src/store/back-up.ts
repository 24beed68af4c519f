import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { backUp } from '@kilde/organization/store'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { readStoreEntry, type StoreChoice } from './key-file.js'
import { tellSum } from './tell-sum.js'

export interface BackUpOptions extends StoreChoice {
  readonly to: string
}

/** Under another name until it is whole: a file of the name that was asked for is a backup that can be restored. */
export async function runBackUp(
  options: BackUpOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { now, folder } = surroundings
  const { organization, databaseUrl, key } = await readStoreEntry(options, surroundings)
  const [to, unfinished] = [pathOf(options.to, folder), `${pathOf(options.to, folder)}.unfinished`]
  const { stream, sums } = backUp({ databaseUrl, organization, key, now })
  try {
    const file = createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true })
    await pipeline(stream, file)
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw notWritten(`${options.to}.unfinished is there`, cause)
    await rm(unfinished, { force: true })
    if (/^E[A-Z]+$/.test(code) && code !== 'ECONNREFUSED') throw notWritten(code, cause)
    throw cause
  }
  await rename(unfinished, to)
  tellSum(sums, 'backed up', surroundings)
  return exitCodes.done
}

const notWritten = (why: string, cause: unknown): CliError =>
  new CliError('BACKUP_NOT_WRITTEN', { cause, text: `The backup was not written: ${why}.` })
