import type { Bundle, Patient as PatientResource } from 'fhir/r4.js'
import { FNR } from '../fhir/parties.js'
import type { Patient } from '../people/patient.js'
import type { World } from '../world.js'

/** What an organisation knows of the person. */
export function patientResource(patient: Patient, { calendar, days }: World): PatientResource {
  const { key, person, timeline } = patient
  const death = timeline.episodes.find(({ fatal }) => fatal)
  const diedOn = death && death.start + death.ramp + death.stay
  return {
    resourceType: 'Patient',
    id: key,
    meta: { lastUpdated: calendar.at(1, 8) },
    identifier: [{ system: FNR, value: person.identifier }],
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    gender: person.sex,
    birthDate: person.birthDate,
    ...(diedOn !== undefined && diedOn <= days && { deceasedDateTime: calendar.date(diedOn) }),
  }
}

/** A batch, in one line. PUT under the sender's own id: sent again, it changes nothing. */
export function patientsBatch(resources: readonly PatientResource[]): string {
  const bundle: Bundle<PatientResource> = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `Patient/${resource.id ?? ''}` },
    })),
  }
  return JSON.stringify(bundle)
}
