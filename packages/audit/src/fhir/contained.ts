import type {
  Encounter,
  FhirResource,
  Identifier,
  Organization,
  Patient,
  RelatedPerson,
} from 'fhir/r4.js'
import type { AuditRecord, AuditRequester } from '../record.js'
import { ids, systems } from './codes.js'

type Professional = AuditRequester & { readonly kind: 'professional' }
type Citizen = AuditRequester & { readonly kind: 'citizen' }

export const reference = (id: string) => ({ reference: `#${id}` })

/** Whom a record is about: by identifier, or by the digest that stands for it. */
export function patientOf(record: AuditRecord): Patient | undefined {
  if (!('patient' in record || 'patientDigest' in record)) return undefined
  const { patient, patientDigest } = record
  if (patientDigest !== undefined) {
    return patientWith({ system: systems.patientDigest, value: patientDigest })
  }
  return patient === undefined ? undefined : patientWith(identifierFrom(patient))
}

const patientWith = (identifier: Identifier): Patient => ({
  resourceType: 'Patient',
  id: ids.patient,
  identifier: [identifier],
})

/** From token form, `system|value`. */
function identifierFrom(token: string): Identifier {
  const bar = token.indexOf('|')
  return bar < 0 ? { value: token } : { system: token.slice(0, bar), value: token.slice(bar + 1) }
}

/** A professional as the profile has one: practitioner, role, organisations, and the service that was given. */
export function professionalResources(requester: Professional): readonly FhirResource[] {
  const { department, pointOfCare, healthcareService } = requester
  return [
    {
      resourceType: 'Practitioner',
      id: ids.practitioner,
      identifier: [
        personIdentifier(requester.pid),
        ...optional(requester.hprNumber, (value) => ({ system: systems.hprNumber, value })),
      ],
      ...named(requester),
      ...(requester.authorization !== undefined && {
        qualification: [
          { code: { coding: [{ system: systems.authorization, code: requester.authorization }] } },
        ],
      }),
    },
    {
      resourceType: 'PractitionerRole',
      id: ids.role,
      practitioner: reference(ids.practitioner),
      organization: reference(department === undefined ? ids.organization : ids.department),
      ...(pointOfCare !== undefined && { location: [reference(ids.pointOfCare)] }),
    },
    organization(ids.organization, {
      system: systems.organizationNumber,
      value: requester.organization,
    }),
    ...optional(department, (value) => ({
      ...organization(ids.department, { value }),
      partOf: reference(ids.organization),
    })),
    ...(pointOfCare === undefined ? [] : pointOfCareResources(pointOfCare)),
    ...optional(healthcareService, encounterOf),
  ]
}

function pointOfCareResources(value: string): readonly FhirResource[] {
  return [
    {
      resourceType: 'Location',
      id: ids.pointOfCare,
      managingOrganization: reference(ids.pointOfCareOrganization),
    },
    organization(ids.pointOfCareOrganization, { system: systems.organizationNumber, value }),
  ]
}

const encounterOf = (code: string): Encounter => ({
  resourceType: 'Encounter',
  id: ids.encounter,
  status: 'unknown',
  class: { code: 'unknown' },
  serviceType: { coding: [{ code }] },
})

/** The patient, or whoever acts for the patient. */
export function citizenResource(
  requester: Citizen,
  isRepresentative: boolean,
): Patient | RelatedPerson {
  const person = {
    id: ids.citizen,
    identifier: [personIdentifier(requester.pid)],
    ...named(requester),
  }
  return isRepresentative
    ? { resourceType: 'RelatedPerson', ...person, patient: reference(ids.patient) }
    : { resourceType: 'Patient', ...person }
}

/** A D-number has 4 added to its first digit. */
const personIdentifier = (value: string): Identifier => ({
  system: /^[4-7]\d{10}$/.test(value) ? systems.dNumber : systems.nationalIdentityNumber,
  value,
})

const organization = (id: string, identifier: Identifier): Organization => ({
  resourceType: 'Organization',
  id,
  identifier: [identifier],
})

const named = ({ name }: { readonly name?: string | undefined }) =>
  name === undefined ? {} : { name: [{ text: name }] }

export const optional = <V, R>(value: V | undefined, make: (value: V) => R): readonly R[] =>
  value === undefined ? [] : [make(value)]
