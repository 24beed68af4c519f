import { identifierSystems } from '@kilde/contract'
import type { Reference } from './party-elements.js'

const PERSONS: readonly string[] = Object.values(identifierSystems)
const PERSON_TYPES: readonly string[] = ['Patient', 'RelatedPerson', 'Practitioner']

/** What a row names of other lists: by business identifier, for ids of the sender's own lead nowhere for others. Never a person. */
export function linkTo(to: Reference) {
  const { reference = '', identifier, display } = to
  const type = typeIn(to)
  if (reference.startsWith('#') || PERSON_TYPES.includes(type)) return []
  const isKnown = identifier?.value !== undefined && !PERSONS.includes(identifier.system ?? '')
  return [{ type, identifier: isKnown ? identifier : undefined, display }]
}

/** The type that a reference names; empty where it says none. */
export const typeIn = ({ type, reference = '' }: Reference): string =>
  type ?? reference.match(/([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/.*)?$/)?.[1] ?? ''
