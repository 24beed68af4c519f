import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { isOldBaseData, type PersonFacts, RepresentationKind, Validity } from '@kilde/privacy'
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
  /** Of base data that are too old every address counts as confidential: a change may have been missed. */
  find(person: PatientIdentifier): Person | undefined
  all(): readonly Person[]
  /** Instant that they are as of (epoch milliseconds). */
  asOfMs(): number
}

export interface ListedPeople {
  /** When the list was taken from base data (epoch milliseconds). Default: it is of test persons, whose addresses never change. */
  readonly asOfMs?: number | undefined
  readonly now?: () => number
}

/** Base data from the configuration: a stand-in for Persontjenesten. */
export function listedPeople(
  list: readonly Person[],
  { asOfMs: given, now = Date.now }: ListedPeople = {},
): People {
  const known = new Map(list.map((person) => [identifierToken(person.identifier), person]))
  const asOfMs = (): number => given ?? now()
  return {
    find(person) {
      const found = known.get(identifierToken(person))
      return found && isOldBaseData(asOfMs(), now())
        ? { ...found, addressConfidential: true }
        : found
    },
    all: () => list,
    asOfMs,
  }
}

export const factsOf = ({ birthDate, addressConfidential }: Person): PersonFacts => ({
  birthDate,
  addressConfidential,
})
