import { InvalidPatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { CliError } from '../errors.js'
import type { Surroundings } from '../surroundings.js'

/**
 * The patient's identifier from the command line, or from standard input for `-`, checked.
 * @throws CliError `PATIENT_IDENTIFIER_INVALID`, which never repeats the number
 */
export async function readPatient(given: string, { readStdin }: Surroundings): Promise<string> {
  const text = (given === '-' ? await readStdin() : given).trim()
  try {
    parsePatientIdentifier(text)
    return text
  } catch (cause) {
    if (!(cause instanceof InvalidPatientIdentifier)) throw cause
    throw new CliError('PATIENT_IDENTIFIER_INVALID', { text: cause.message, cause })
  }
}
