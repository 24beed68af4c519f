import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { type PersonFacts, RepresentationKind, Validity } from '@kilde/privacy'
import { z } from 'zod'

const Identifier = z.string().transform((text, context) => {
  try {
    return parsePatientIdentifier(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
    return z.NEVER
  }
})

/** A person as base data [grunndata] tell, with who represents; powers of attorney may also be given here by the person. */
const Person = z.strictObject({
  identifier: Identifier,
  birthDate: z.iso.date(),
  addressConfidential: z.boolean().default(false),
  representatives: z
    .array(
      z.strictObject({
        identifier: Identifier,
        kind: RepresentationKind,
        validity: Validity,
      }),
    )
    .default([]),
})
export type Person = z.infer<typeof Person>
export const PeopleList = z.array(Person).max(100_000)

/** Looks persons up in base data. In production: Persontjenesten. */
export interface People {
  find(person: PatientIdentifier): Person | undefined
  all(): readonly Person[]
}

/** Base data from the configuration: a stand-in for Persontjenesten with test persons. */
export function listedPeople(list: readonly Person[]): People {
  const known = new Map(list.map((person) => [identifierToken(person.identifier), person]))
  return {
    find: (person) => known.get(identifierToken(person)),
    all: () => list,
  }
}

export const factsOf = ({ birthDate, addressConfidential }: Person): PersonFacts => ({
  birthDate,
  addressConfidential,
})
