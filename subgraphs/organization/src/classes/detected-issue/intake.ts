import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Composition, DetectedIssue, Device, Flag, Reference, Task } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { fault, type Issue } from '../../ingest/outcome.js'
import { type Neighbours, subjectOf } from '../../ingest/references.js'
import { referencesAmong } from '../party-elements.js'
import { namesIn } from '../references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { alertCodes, isEvent } from './codes.js'
import type { AlertElements } from './elements.js'
import { identitiesOf } from './identity.js'
import { codesReferred } from './referred.js'
import { checkAlert, checkNote, checkTask } from './rules.js'
import { raisedAt } from './times.js'

type Alert = DetectedIssue | Flag

/** Alerts, the notes and tasks that follow them up, and devices that raised them. */
export const alertIntake: ClassIntake = {
  types: ['DetectedIssue', 'Flag', 'Composition', 'Task', 'Device'],
  many: {
    type: 'DetectedIssue',
    alike: ['Flag'],
    timeOf: (alert, receivedMs) => raisedAt(alert as AlertElements, receivedMs)?.startMs,
  },
  open(bundle) {
    const patientsOf = patientsOfDevices(bundle)
    const identityOf = identitiesOf(bundle)
    return (entry, at) => claim(entry, at, { bundle, patientsOf, identityOf })
  },
}

interface Claiming {
  readonly bundle: OpenBundle
  /** Whose alerts this device raised. */
  readonly patientsOf: (entry: SentEntry) => readonly PatientIdentifier[]
  readonly identityOf: ReturnType<typeof identitiesOf>
}

function claim(entry: SentEntry, at: string, { bundle, patientsOf, identityOf }: Claiming): Claim {
  const resource = entry.resource as Alert | Composition | Task | { resourceType: 'Device' }
  const { neighbours } = bundle
  switch (resource.resourceType) {
    case 'DetectedIssue':
    case 'Flag': {
      if (isEvent(resource.code)) return { takes: false, why: EVENT(at) }
      return claimOf({
        issues: checkAlert(resource, at),
        subject: subjectOf({ ...resource, subject: patientOf(resource) }, neighbours, at),
        authors: answerableFor(resource, neighbours),
        codes: codesReferred(resource, neighbours),
        identity: identityOf(resource),
      })
    }
    case 'Composition':
      if (!isFollowUp(resource)) return { takes: false, why: NO_ALERT(at) }
      return claimOf({
        issues: checkNote(resource, at),
        subject: subjectOf(resource, neighbours, at),
        authors: resource.author,
      })
    case 'Task':
      if (!isOfAlert(resource.focus)) return { takes: false, why: NO_ALERT(at) }
      return claimOf({
        issues: checkTask(resource, at),
        subject: subjectOf({ ...resource, subject: resource.for }, neighbours, at),
        authors: [resource.requester].filter((one) => one !== undefined),
      })
    case 'Device': {
      const patients = patientsOf(entry)
      return patients.length === 0
        ? { takes: false }
        : { takes: true, issues: [], patients, authors: [] }
    }
  }
}

const patientOf = (alert: Alert): Reference | undefined =>
  alert.resourceType === 'Flag' ? alert.subject : alert.patient

/** A DetectedIssue names no organisation: that of the device that raised it has it, or that which gave it its identifier. */
function answerableFor(alert: Alert, neighbours: Neighbours): readonly Reference[] {
  const { author, identifier = [], contained } = alert
  const device =
    author?.reference === undefined ? undefined : neighbours.find(author.reference, contained)
  const owner = (device as Device | undefined)?.owner
  const assigners = identifier.map(({ assigner }) => assigner)
  return [author, owner, ...assigners].filter((one) => one !== undefined)
}

const EVENT = (at: string): Issue =>
  fault(
    `${at}.code`,
    'says that something was done: nobody has to look at it, so that it is no alert. What was reported is sent as itself',
    'not-supported',
  )
const NO_ALERT = (at: string): Issue =>
  fault(at, 'is taken only where it follows up a DetectedIssue or Flag', 'not-supported')

/** A note that VKP's code says is about an alert, or that points to one. */
const isFollowUp = ({ type, section = [] }: Composition): boolean =>
  alertCodes(type).length > 0 || section.some(({ entry = [] }) => entry.some(isOfAlert))

const isOfAlert = (reference: Reference | undefined): boolean =>
  ['DetectedIssue', 'Flag'].includes(reference?.type ?? '') ||
  /(^|\/)(DetectedIssue|Flag)\/[^/]+$/.test(reference?.reference ?? '')

/** Nothing of the Bundle is checked yet. */
function patientsOfDevices({ entries, neighbours }: OpenBundle): Claiming['patientsOf'] {
  const byName = new Map<string, Map<string, PatientIdentifier>>()
  for (const { resource, place } of entries) {
    if (!isAlert(resource)) continue
    const [subject] = referencesAmong(resource, 'patient', 'subject')
    const patient = subjectOf(subject ? { subject: subject as Reference } : {}, neighbours, place)
    if ('severity' in patient) continue
    for (const name of referencesAmong(resource, 'author').flatMap(namesIn)) {
      const known = byName.get(name) ?? new Map<string, PatientIdentifier>()
      byName.set(name, known.set(identifierToken(patient), patient))
    }
  }
  return (entry) => [
    ...new Map(namesOfEntry(entry).flatMap((name) => [...(byName.get(name) ?? [])])).values(),
  ]
}

const isAlert = (resource: unknown): resource is Alert =>
  ['DetectedIssue', 'Flag'].includes(typeOf(resource) ?? '')
