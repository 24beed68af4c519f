import { identifierSystems } from '@kilde/contract'
import type { Reference } from '../party-elements.js'
import type { AlertElements } from './elements.js'

const PERSONS: readonly string[] = Object.values(identifierSystems)

const KINDS: Readonly<Record<string, string>> = {
  Observation: 'MEASUREMENT',
  QuestionnaireResponse: 'QUESTIONNAIRE',
  CarePlan: 'PLAN',
  Device: 'DEVICE',
}

/** What an alert was raised over. What stands in the alert itself is told elsewhere. */
export function triggersOf({
  evidence = [],
  implicated = [],
}: Pick<AlertElements, 'evidence' | 'implicated'>) {
  const references = [...evidence.flatMap(({ detail = [] }) => detail), ...implicated]
  return references.flatMap((one) => {
    const { reference = '', identifier, display } = one
    if (reference.startsWith('#') || PERSON_TYPES.includes(typeIn(one))) return []
    const isKnown = identifier?.value !== undefined && !PERSONS.includes(identifier.system ?? '')
    const kind = KINDS[typeIn(one)] ?? 'OTHER'
    return [{ kind, identifier: isKnown ? identifier : undefined, display }]
  })
}

const PERSON_TYPES: readonly string[] = ['Patient', 'RelatedPerson', 'Practitioner']

export const typeIn = ({ type, reference = '' }: Reference): string =>
  type ?? reference.match(/([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/.*)?$/)?.[1] ?? ''
