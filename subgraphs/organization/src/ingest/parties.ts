import { identifierSystems, type PatientIdentifier } from '@kilde/contract'
import type { Identifier, Observation, Reference } from 'fhir/r4.js'
import type { SourceRow } from '../sources/source.js'
import { type Holder, type Neighbours, partyOf } from './references.js'

const ORGANIZATION_NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.101'
const HPR_NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.4'

export interface Parties {
  /** Organisation number of the data controller: the first performer that is an organisation. */
  readonly owner?: string
  /** Sub-unit where care is given: the second such performer. */
  readonly pointOfCare?: string
  readonly authorKind: SourceRow['authorKind']
}

/** Who made a measurement, from its performers (slices `author` and `organization` of the VKP profiles) and its device. */
export function partiesOf(
  observation: Observation,
  patient: PatientIdentifier,
  neighbours: Neighbours,
): Parties {
  const parties = partiesIn(observation.performer ?? [], observation, { patient, neighbours })
  const isByDevice = parties.authorKind === 'UNKNOWN' && observation.device !== undefined
  return isByDevice ? { ...parties, authorKind: 'DEVICE' } : parties
}

/** The same from any references of a resource: the first organisation owns, the first person or device made it. */
export function partiesIn(
  references: readonly Reference[],
  holder: Holder,
  { patient, neighbours }: { readonly patient: PatientIdentifier; readonly neighbours: Neighbours },
): Parties {
  const performers = references.map((one) => partyOf(one, holder, neighbours))
  const organizations = performers.flatMap(
    ({ identifiers }) => organizationNumber(identifiers) ?? [],
  )
  const [owner, pointOfCare] = organizations
  const kinds = performers.map(({ type, identifiers }) => authorKind(type, identifiers, patient))
  const author = kinds.find((kind) => kind !== 'UNKNOWN')
  return {
    ...(owner !== undefined && { owner }),
    ...(pointOfCare !== undefined && { pointOfCare }),
    authorKind: author ?? 'UNKNOWN',
  }
}

function authorKind(
  type: string | undefined,
  identifiers: readonly Identifier[],
  patient: PatientIdentifier,
): SourceRow['authorKind'] {
  if (type !== undefined && type in AUTHORS) return AUTHORS[type] ?? 'UNKNOWN'
  if (identifiers.some(({ system }) => system === HPR_NUMBER)) return 'STAFF'
  const persons: readonly string[] = Object.values(identifierSystems)
  const isPatient = ({ system = '', value }: Identifier): boolean =>
    persons.includes(system) && value === patient.value
  return identifiers.some(isPatient) ? 'PATIENT' : 'UNKNOWN'
}

/** What kind of author a reference names, by the type of resource that it leads to. */
export const AUTHORS: Readonly<Record<string, SourceRow['authorKind']>> = {
  Patient: 'PATIENT',
  RelatedPerson: 'RELATED_PERSON',
  Device: 'DEVICE',
  Practitioner: 'STAFF',
  PractitionerRole: 'STAFF',
  CareTeam: 'STAFF',
}

/** A well-formed organisation number: 9 digits whose last is the control digit (modulus 11). */
function organizationNumber(identifiers: readonly Identifier[]): string | undefined {
  return identifiers.find(
    ({ system, value = '' }) => system === ORGANIZATION_NUMBER && isOrganizationNumber(value),
  )?.value
}

const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2, 1]

function isOrganizationNumber(value: string): boolean {
  if (!/^\d{9}$/.test(value)) return false
  return WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(value[index]), 0) % 11 === 0
}
