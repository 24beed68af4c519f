import { InvalidPatientIdentifier, identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { readJson } from '../files.js'
import type { ControlLookup } from './detect.js'

const count = z.number().int().min(0)
const shape = z.strictObject({
  people: z
    .array(
      z.strictObject({
        /** National identity number or D-number. */
        identifier: z.string(),
        familyName: z.string().min(1).max(200).optional(),
        /** Organisation number of who employs the person. */
        organization: z
          .string()
          .regex(/^\d{9}$/)
          .optional(),
      }),
    )
    .max(5_000_000),
  /** How many people bear a family name, where it is known; else as many as in `people`. */
  bearers: z.record(z.string(), count).default({}),
})

/** Nothing is known of anybody. */
export const nobodyKnown: ControlLookup = {
  familyNameOf: () => undefined,
  bearersOf: () => Number.POSITIVE_INFINITY,
  worksAt: () => false,
}

/**
 * Base data of patients and employees, from a file of the organisation's own. Nothing of it is printed.
 * @throws CliError `FILE_UNREADABLE`, `FILE_NOT_JSON`, `USAGE` naming the places and never what stands there
 */
export async function readPeople(name: string, folder: string): Promise<ControlLookup> {
  const read = shape.safeParse(await readJson(name, folder))
  if (!read.success)
    throw malformed(
      name,
      read.error.issues.map(({ path }) => path.join('.')),
    )
  const { people, bearers } = read.data
  const known = new Map(
    people.map((one, at) => [tokenOf(one.identifier, `people.${at}.identifier`, name), one]),
  )
  const counted = new Map(Object.entries(bearers))
  const inFile = new Map<string, number>()
  for (const { familyName } of people) {
    if (familyName) inFile.set(familyName, (inFile.get(familyName) ?? 0) + 1)
  }
  return {
    familyNameOf: (patient) => known.get(patient)?.familyName,
    bearersOf: (family) => counted.get(family) ?? inFile.get(family) ?? 0,
    worksAt: (patient, organization) => known.get(patient)?.organization === organization,
  }
}

function tokenOf(identifier: string, place: string, name: string): string {
  try {
    return identifierToken(parsePatientIdentifier(identifier))
  } catch (error) {
    if (error instanceof InvalidPatientIdentifier) throw malformed(name, [place])
    throw error
  }
}

const malformed = (name: string, places: readonly string[]): CliError =>
  new CliError('USAGE', {
    text: `${name} is not of the form {people: [{identifier, familyName?, organization?}], bearers?}: ${places.slice(0, 5).join(', ') || 'the whole'}.`,
  })
