import { type OrganizationKey, organizations, personas } from '@kilde/people'
import type { Reference } from 'fhir/r4.js'
import type { CodeSystemKey } from './coding.js'

/** How an organisation of the demo writes its data: they differ, as real ones do. */
export interface Place {
  readonly organization: OrganizationKey
  readonly number: string
  readonly systems: readonly CodeSystemKey[]
  /** Whether it gives its measurements identifiers that travel with them. */
  readonly businessIdentifiers: boolean
  readonly staff: Reference
}

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'
const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
const HPR = 'urn:oid:2.16.578.1.12.4.1.4.4'

export const places: Readonly<Record<OrganizationKey, Place>> = {
  municipality: place('municipality', ['loinc', 'snomed'], persona('nurse')),
  hospital: place('hospital', ['loinc', 'snomed'], persona('hospital-doctor')),
  gp: { ...place('gp', ['loinc', 'npu'], persona('gp')), businessIdentifiers: false },
  neighbour: place('neighbour', ['loinc', 'mdc'], authorised('9990021', 'Nora Nabo')),
  homeCare: place('homeCare', ['snomed'], authorised('9990022', 'Tore Trygg')),
  rehabilitation: place(
    'rehabilitation',
    ['loinc', 'snomed'],
    authorised('9990023', 'Unni Utsikt'),
  ),
}

/** Performer:organization of the VKP profiles: the original controller of the measurement. */
export function controllerOf(organization: OrganizationKey): Reference {
  const { number, name } = organizations[organization]
  return { type: 'Organization', identifier: { system: ENH, value: number }, display: name }
}

/** The sub-unit where care is given, after the controller. */
export function pointOfCareOf(organization: OrganizationKey): Reference {
  const { pointOfCare, pointOfCareName } = organizations[organization]
  const identifier = { system: ENH, value: pointOfCare }
  return { type: 'Organization', identifier, display: pointOfCareName }
}

/** A logical reference: the VKP profiles name people by identifier, not by a resource. */
export function personOf(
  type: 'Patient' | 'Practitioner',
  identifier: string,
  display: string,
): Reference {
  return { type, identifier: { system: FNR, value: identifier }, display }
}

function place(
  organization: OrganizationKey,
  systems: readonly CodeSystemKey[],
  staff: Reference,
): Place {
  const { number } = organizations[organization]
  return { organization, number, systems, businessIdentifiers: true, staff }
}

function persona(key: string): Reference {
  const found = personas.find((one) => one.key === key)
  if (!found) throw new Error(`no persona ${key}`)
  return personOf('Practitioner', found.pid, found.name)
}

function authorised(hprNumber: string, display: string): Reference {
  return { type: 'Practitioner', identifier: { system: HPR, value: hprNumber }, display }
}
