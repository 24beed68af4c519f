import {
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import type { Source } from '@kilde/organization/sources'
import { KildeError } from '@kilde/service'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { readText } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { compareList, lists, type Reach } from './ask-both.js'
import { type Comparison, createComparison } from './comparison.js'
import { openFromFile } from './read-sources.js'
import { tellComparison } from './tell-comparison.js'

export interface ShadowOptions {
  readonly sources: string
  readonly patients: string
  readonly days: string
  readonly rows: string
  readonly values?: boolean
  readonly json?: boolean
}

const DAY_MS = 86_400_000
/** Longest time for one list of one patient at both sources. */
const QUESTION_MS = 120_000

/** Patient by patient, list by list. */
export async function runShadow(
  options: ShadowOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { now, out } = surroundings
  const fromMs = now() - numberOf('--days', options.days, 36_500) * DAY_MS
  const reach = { fromMs, rows: numberOf('--rows', options.rows, 1_000) }
  const patients = await readPatients(options.patients, surroundings)
  const { organization, existing, shadows } = await openFromFile(options.sources, surroundings)
  try {
    const comparisons: Comparison[] = []
    for (const { source } of shadows) {
      comparisons.push(await compareAll([existing, source], patients, reach))
    }
    const told = { organization, existing: existing.system, patients: patients.length }
    const values = options.values === true
    out.write(tellComparison({ ...told, shadows: comparisons }, { values, json: options.json }))
    return codeOf(comparisons)
  } finally {
    await Promise.all([existing, ...shadows.map(({ source }) => source)].map((one) => one.close()))
  }
}

async function compareAll(
  sources: readonly [Source, Source],
  patients: readonly PatientIdentifier[],
  reach: Reach,
): Promise<Comparison> {
  const { comparison, compared, failed } = createComparison(sources[1].system)
  for (const [index, patient] of patients.entries()) {
    for (const list of lists) {
      const place = { patient: index + 1, list }
      const signal = AbortSignal.timeout(QUESTION_MS)
      try {
        compared(place, await compareList(list, patient, sources, reach, signal))
      } catch (fault) {
        failed(place, fault instanceof KildeError ? fault.code : 'unknown')
      }
    }
  }
  return comparison
}

function codeOf(comparisons: readonly Comparison[]): ExitCode {
  const asked = comparisons.flatMap(({ lists: all }) => all)
  if (asked.every(({ compared }) => compared === 0)) return exitCodes.failed
  const isSame = comparisons.every(
    ({ differences, failures }) => differences.length + failures.length === 0,
  )
  return isSame ? exitCodes.done : exitCodes.partly
}

function numberOf(option: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
  throw new CliError('USAGE', { text: `${option} takes a whole number from 1 to ${most}.` })
}

/** @throws CliError `PATIENT_IDENTIFIER_INVALID` with the line, never the number */
async function readPatients(
  name: string,
  { folder, readStdin }: Surroundings,
): Promise<readonly PatientIdentifier[]> {
  const text = name === '-' ? await readStdin() : await readText(name, folder)
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), place: index + 1 }))
  const patients = lines
    .filter(({ line }) => line !== '')
    .map(({ line, place }) => patientIn(line, place))
  if (patients.length === 0)
    throw new CliError('USAGE', { text: 'There are no patients to ask about.' })
  return patients
}

function patientIn(line: string, place: number): PatientIdentifier {
  try {
    return parsePatientIdentifier(line)
  } catch (cause) {
    if (!(cause instanceof InvalidPatientIdentifier)) throw cause
    const text = `Line ${place} of the patients: ${cause.message}`
    throw new CliError('PATIENT_IDENTIFIER_INVALID', { text, cause })
  }
}
