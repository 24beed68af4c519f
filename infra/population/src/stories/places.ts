import { type OrganizationKey, organizations, personas } from '@kilde/people'
import type { Reference } from 'fhir/r4.js'
import type { CodeSystemKey } from '../fhir/coding.js'
import { authorised, type Place, personOf } from '../fhir/parties.js'

/** How the organisations of the demo write their data: they differ, as real ones do. */
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

function place(
  organization: OrganizationKey,
  systems: readonly CodeSystemKey[],
  staff: Reference,
): Place {
  return {
    organization: organizations[organization],
    systems,
    businessIdentifiers: true,
    staff,
  }
}

function persona(key: string): Reference {
  const found = personas.find((one) => one.key === key)
  if (!found) throw new Error(`no persona ${key}`)
  return personOf('Practitioner', found.pid, found.name)
}
