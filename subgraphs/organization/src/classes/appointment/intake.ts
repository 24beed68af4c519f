import { identifierSystems } from '@kilde/contract'
import type { Appointment, Encounter, Reference, Resource } from 'fhir/r4.js'
import { fault, type Issue } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf } from '../take.js'
import { checkAppointment, checkEncounter } from './rules.js'
import { withoutWords } from './words.js'

/** Appointments with the encounters that came of them: metadata, never what was said. */
export const appointmentIntake: ClassIntake = {
  types: ['Appointment', 'Encounter'],
  open: (bundle) => (entry, at) => claim(entry.resource as Resource, bundle, at),
}

function claim(resource: Resource, bundle: OpenBundle, at: string): Claim {
  if (resource.resourceType === 'Encounter') {
    const encounter = resource as Encounter
    if (!encounter.appointment?.length) return { takes: false, why: OF_NONE(at) }
    const performers = (encounter.participant ?? []).flatMap(({ individual }) => individual ?? [])
    const { serviceProvider } = encounter
    return claimOf({
      issues: checkEncounter(encounter, at),
      subject: subjectOf(encounter, bundle.neighbours, at),
      authors: serviceProvider ? [serviceProvider, ...performers] : performers,
      keep: withoutWords(encounter),
    })
  }
  const appointment = resource as Appointment
  const actors = appointment.participant.flatMap(({ actor }) => actor ?? [])
  const subject = actors.find(isPatient)
  return claimOf({
    issues: checkAppointment(appointment, at),
    subject: subject
      ? subjectOf({ ...appointment, subject }, bundle.neighbours, at)
      : fault(`${at}.participant`, 'has no Patient as actor', 'required'),
    authors: actors.filter((one) => !isPatient(one)),
    keep: withoutWords(appointment),
  })
}

const OF_NONE = (at: string): Issue =>
  fault(`${at}.appointment`, 'is taken only where it came of an Appointment', 'not-supported')

const PERSONS: readonly string[] = Object.values(identifierSystems)

const isPatient = ({ reference = '', type, identifier }: Reference): boolean =>
  type === 'Patient' ||
  /(^|\/)Patient\/[^/]+$/.test(reference) ||
  (type === undefined && PERSONS.includes(identifier?.system ?? ''))
