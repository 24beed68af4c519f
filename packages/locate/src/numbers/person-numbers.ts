import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { AskNumbers } from './ask-numbers.js'
import { mayBeSame } from './same-person.js'

/** A person's other numbers, as far as their links hold. */
export interface PersonNumbers {
  /** Others that the person has had, or has now. */
  readonly others: readonly PatientIdentifier[]
  /** False where base data name one that does not hold, or do not answer: data under it would be missing. */
  readonly certain: boolean
}

export type FindNumbers = (
  patient: PatientIdentifier,
  signal: AbortSignal,
) => Promise<PersonNumbers>

const UNKNOWN: PersonNumbers = { others: [], certain: false }

/**
 * Asks base data, and believes no link that only one side tells: who is asked about by the other number must have the first one too.
 * Never rejects: what cannot be found out is not certain.
 */
export function createFindNumbers(ask: AskNumbers): FindNumbers {
  return async (patient, signal) => {
    try {
      const all = await ask(patient, signal)
      const named = othersThan(patient, all)
      const held = await Promise.all(
        named.map(
          async (other) =>
            mayBeSame(patient, other) && tellsSame(patient, all, await ask(other, signal)),
        ),
      )
      const others = named.filter((_, index) => held[index])
      return { others, certain: others.length === named.length }
    } catch {
      return UNKNOWN
    }
  }
}

/** The present number comes first, and a person has one. */
const tellsSame = (
  patient: PatientIdentifier,
  forth: readonly PatientIdentifier[],
  back: readonly PatientIdentifier[],
): boolean => isSame(forth[0], back[0]) && back.some((one) => isSame(one, patient))

function othersThan(
  patient: PatientIdentifier,
  all: readonly PatientIdentifier[],
): readonly PatientIdentifier[] {
  const byToken = new Map(all.map((one) => [identifierToken(one), one]))
  byToken.delete(identifierToken(patient))
  return [...byToken.values()]
}

const isSame = (one: PatientIdentifier | undefined, other: PatientIdentifier | undefined) =>
  one !== undefined && other !== undefined && identifierToken(one) === identifierToken(other)
