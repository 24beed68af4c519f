import type { PatientIdentifier } from '@kilde/contract'
import {
  type Action,
  ageAt,
  ageRules,
  countsAt,
  inForce,
  type RepresentationKind,
} from '@kilde/privacy'
import type { CitizenPurpose } from '@kilde/trust'
import type { People } from '../people/people.js'
import type { Represents } from './representation.js'

/** Who acts, for whom, and what the token says that this is. */
export interface Acting {
  readonly actor: PatientIdentifier
  readonly person: PatientIdentifier
  readonly purpose: CitizenPurpose
}

/** As what somebody acts, and what that allows. */
export interface Standing {
  readonly as: 'PATIENT' | RepresentationKind
  readonly may: readonly Action[]
}

/** Kinds of representation that a purpose of use states. */
const kindsOf: Readonly<Record<CitizenPurpose, readonly RepresentationKind[]>> = {
  PATRQT: [],
  FAMRQT: ['PARENT'],
  PWATRNY: ['POWER_OF_ATTORNEY', 'UNABLE_TO_CONSENT'],
}

/** Undefined where nothing is allowed: whoever base data do not know has no age, and unclear means no. */
export function standingOf(
  { actor, person, purpose }: Acting,
  representation: readonly Represents[],
  people: People,
  atMs: number,
): Standing | undefined {
  const born = people.find(person)?.birthDate
  const actorBorn = people.find(actor)?.birthDate
  if (born === undefined || actorBorn === undefined) return undefined
  if (purpose === 'PATRQT') {
    const { from, may } = ageRules.patient
    return actor.value === person.value && ageAt(born, atMs) >= from
      ? { as: 'PATIENT', may }
      : undefined
  }
  const found = representation.find(
    ({ kind, representative, validity }) =>
      kindsOf[purpose].includes(kind) &&
      representative.value === actor.value &&
      inForce(validity, atMs) &&
      countsAt(kind, born, atMs) &&
      ageAt(actorBorn, atMs) >= ageRules.representation[kind].representativeFrom,
  )
  return found && { as: found.kind, may: ageRules.representation[found.kind].may }
}
