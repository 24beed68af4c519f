import { type DemoPatient, type OrganizationKey, type PatientKey, patients } from '@kilde/people'
import type { Bundle, BundleEntry, HumanName, Patient } from 'fhir/r4.js'
import { FNR } from '../fhir/parties.js'

export interface PatientsBundle {
  readonly organization: OrganizationKey
  readonly bundle: Bundle<Patient>
}

/** How organisations have a name otherwise than the national registry: an earlier one, one in daily use, a short one. */
const OTHERWISE: Partial<Record<PatientKey, Partial<Record<OrganizationKey, HumanName>>>> = {
  copd: { neighbour: { use: 'official', family: 'Kols', given: ['Kari', 'Marie'] } },
  diabetes: {
    gp: { use: 'usual', family: 'Sukker', given: ['Didde'] },
    homeCare: { text: 'D. Sukker' },
  },
}

/** One FHIR batch for each organisation: the patients whom it knows, with the names that it has of them. */
export function demoPatients(until: Date): readonly PatientsBundle[] {
  const known = new Map<OrganizationKey, Patient[]>()
  for (const [key, patient] of entries(patients)) {
    for (const organization of patient.organizations) {
      const name = OTHERWISE[key]?.[organization] ?? officialName(patient)
      const resource = patientOf(key, patient, name, updatedAt(until, patient, organization))
      known.set(organization, [...(known.get(organization) ?? []), resource])
    }
  }
  return [...known].map(([organization, resources]) => ({
    organization,
    bundle: { resourceType: 'Bundle', type: 'batch', entry: resources.map(entryOf) },
  }))
}

const entries = (all: Readonly<Record<PatientKey, DemoPatient>>) =>
  Object.entries(all) as [PatientKey, DemoPatient][]

function officialName({ name }: DemoPatient): HumanName {
  const [given = name, ...family] = name.split(' ')
  return { use: 'official', family: family.join(' '), given: [given] }
}

function patientOf(
  key: PatientKey,
  { identifier }: DemoPatient,
  name: HumanName,
  lastUpdated: string,
): Patient {
  return {
    resourceType: 'Patient',
    id: key,
    meta: { lastUpdated },
    identifier: [{ system: FNR, value: identifier }],
    name: [name],
  }
}

/** Of those who know a patient the first has heard of the name last: a year before `until`, the others earlier. */
function updatedAt(until: Date, { organizations }: DemoPatient, organization: OrganizationKey) {
  const year = until.getUTCFullYear() - 1 - organizations.indexOf(organization)
  return `${year}-03-02T08:00:00Z`
}

function entryOf(resource: Patient): BundleEntry<Patient> {
  const url = `Patient/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}
