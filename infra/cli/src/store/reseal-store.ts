import { resealStore } from '@kilde/organization/store'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { readStoreEntry, type StoreChoice } from './key-file.js'

/** Whatever an earlier key sealed, with the current one. */
export async function runReseal(
  options: StoreChoice,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const entry = await readStoreEntry(options, surroundings)
  const { patients, observations } = await resealStore(entry)
  surroundings.out.write(
    `${patients} patients and ${observations} observations sealed anew: earlier keys are needed for nothing but old backups\n`,
  )
  return exitCodes.done
}
