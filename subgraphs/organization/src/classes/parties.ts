import { parseKeepingDigits } from '../map/elements.js'
import type { RelatedResource } from '../sources/source.js'
import {
  type PartyElements,
  type PartyOfType,
  type Reference,
  readParty,
  type Telecom,
} from './party-elements.js'
import { namesIn } from './references.js'

/** Who is meant, as far as it may be told: persons by name, never by number. */
export interface Party {
  readonly display: string | undefined
  readonly organization: { readonly number: string } | undefined
}

/** Persons, roles, organisations and services that a row refers to, found by what its references call them. */
export interface Parties {
  find<T extends PartyElements['resourceType']>(
    type: T,
    reference: Reference | undefined,
  ): PartyOfType<T> | undefined
  readonly partyOf: (reference: Reference | undefined) => Party | undefined
  readonly telecomOf: (reference: Reference | undefined) => Telecom
  /** Roles and services behind a reference: what says when somebody is there. */
  readonly timesOf: (
    reference: Reference | undefined,
  ) => readonly (PartyOfType<'PractitionerRole'> | PartyOfType<'HealthcareService'>)[]
}

/** @throws where one of them is not what FHIR R4 says: the row is dropped rather than shown with another in its place */
export function readParties(
  related: readonly RelatedResource[],
  contained: readonly unknown[],
): Parties {
  const byName = new Map<string, PartyElements>()
  const add = (resource: unknown, names: readonly string[]): void => {
    const party = readParty(resource)
    if (party) for (const name of names) byName.set(name, party)
  }
  for (const { names, resource } of related) add(parseKeepingDigits(resource), names)
  for (const resource of contained) add(resource, [`#${idIn(resource)}`])
  const find: Parties['find'] = (type, reference) =>
    reference &&
    namesIn(reference)
      .flatMap((name) => byName.get(name) ?? [])
      .find((one): one is PartyOfType<typeof type> => one.resourceType === type)
  return { find, ...lookUps(find) }
}

const idIn = (resource: unknown): string =>
  typeof resource === 'object' && resource !== null && 'id' in resource ? String(resource.id) : ''

function lookUps(find: Parties['find']): Omit<Parties, 'find'> {
  const personOf = (reference: Reference | undefined) =>
    find('Practitioner', reference) ?? find('RelatedPerson', reference)
  const organizationOf = (reference: Reference | undefined): string | undefined => {
    const found = find('Organization', reference)
    const by = found?.identifier ?? (reference?.identifier ? [reference.identifier] : [])
    return by.find(({ system, value = '' }) => system === ENH && /^\d{9}$/.test(value))?.value
  }
  const timesOf: Parties['timesOf'] = (reference) => {
    const role = find('PractitionerRole', reference)
    const services = [reference, ...(role?.healthcareService ?? [])].flatMap(
      (one) => find('HealthcareService', one) ?? [],
    )
    return role ? [role, ...services] : services
  }
  return {
    partyOf(reference) {
      if (!reference) return undefined
      const role = find('PractitionerRole', reference)
      const service = find('HealthcareService', reference)
      const display =
        reference.display ??
        nameOf(personOf(reference) ?? personOf(role?.practitioner)) ??
        role?.practitioner?.display ??
        service?.name ??
        find('Organization', reference)?.name ??
        role?.organization?.display
      const within = role?.organization ?? service?.providedBy
      const number = organizationOf(reference) ?? organizationOf(within)
      if (display === undefined && number === undefined) return undefined
      return { display, organization: number === undefined ? undefined : { number } }
    },
    telecomOf: (reference) => [
      ...timesOf(reference).flatMap((one) => one.telecom ?? []),
      ...(find('Organization', reference)?.telecom ?? []),
      ...(personOf(reference)?.telecom ?? []),
    ],
    timesOf,
  }
}

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'

function nameOf(
  person: PartyOfType<'Practitioner'> | PartyOfType<'RelatedPerson'> | undefined,
): string | undefined {
  const [name] = person?.name ?? []
  if (!name) return undefined
  const parts = [...(name.given ?? []), ...(name.family === undefined ? [] : [name.family])]
  return name.text ?? (parts.length > 0 ? parts.join(' ') : undefined)
}

/** How somebody is reached; what has no value leads nowhere. */
export const contactsOf = (telecom: Telecom) =>
  (telecom ?? []).flatMap(({ system, value, use }) =>
    value === undefined ? [] : [{ system, value, use }],
  )
