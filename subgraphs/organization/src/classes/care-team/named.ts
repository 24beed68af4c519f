import { referencesAmong } from '../party-elements.js'
import { namesIn } from '../references.js'

/** What an unchecked resource calls the persons, roles, organisations and services that it refers to. */
export function partiesNamedIn(resource: unknown): readonly string[] {
  const { participant } = resource as { readonly participant?: unknown }
  const members = Array.isArray(participant) ? participant.filter(isObject) : []
  const references = [
    ...members.flatMap((one) => referencesAmong(one, 'member', 'onBehalfOf')),
    ...referencesAmong(resource, 'managingOrganization', 'requester', 'owner'),
    ...referencesAmong(resource, 'practitioner', 'organization', 'healthcareService', 'providedBy'),
  ]
  return references.flatMap(namesIn)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
