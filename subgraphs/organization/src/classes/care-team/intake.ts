import type { PatientIdentifier } from '@kilde/contract'
import type { CareTeam, Reference, RelatedPerson, Resource, Task } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { fault, type Issue } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import { partyTypes, referencesAmong } from '../party-elements.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { partiesNamedIn } from './named.js'
import { checkTask, checkTeam } from './rules.js'

/** A care team with its hand-overs; persons, roles, organisations and services only where one of them names them. */
export const teamIntake: ClassIntake = {
  types: ['CareTeam', 'Task', ...partyTypes],
  open(bundle) {
    const patientsOf = namersIn(bundle)
    return (entry, at) => claim(entry, at, { bundle, patientsOf })
  },
}

interface Claiming {
  readonly bundle: OpenBundle
  /** The patients whose teams and hand-overs name this entry, also through what stands between. */
  readonly patientsOf: (entry: SentEntry) => readonly PatientIdentifier[]
}

function claim(entry: SentEntry, at: string, { bundle, patientsOf }: Claiming): Claim {
  const resource = entry.resource as Resource
  switch (resource.resourceType) {
    case 'CareTeam': {
      const team = resource as CareTeam
      return claimOf({
        issues: checkTeam(team, at),
        subject: subjectOf(team, bundle.neighbours, at),
        authors: team.managingOrganization ?? [],
      })
    }
    case 'Task': {
      const task = resource as Task
      if (!isHandOver(task)) return { takes: false, why: NO_HAND_OVER(at) }
      return claimOf({
        issues: checkTask(task, at),
        subject: patientOfTask(task, bundle, at),
        authors: task.requester ? [task.requester] : [],
      })
    }
    default: {
      const patients = patientsOf(entry)
      if (patients.length === 0) return { takes: false, why: NOT_NAMED(at) }
      return { takes: true, issues: [], patients, authors: authorsOf(resource) }
    }
  }
}

const NO_HAND_OVER = (at: string): Issue =>
  fault(`${at}.focus`, 'is taken only where it is a CareTeam: a hand-over', 'not-supported')
const NOT_NAMED = (at: string): Issue =>
  fault(
    at,
    'is taken only where a CareTeam or hand-over of the same Bundle names it',
    'not-supported',
  )

/** The team may come in another Bundle. */
const isHandOver = ({ focus }: Task): boolean =>
  focus?.type === 'CareTeam' || /(^|\/)CareTeam\/[^/]+$/.test(focus?.reference ?? '')

const patientOfTask = (task: Task, { neighbours }: OpenBundle, at: string) => {
  const { focus } = task
  const team = focus?.reference === undefined ? undefined : neighbours.find(focus.reference)
  const subject = task.for ?? (team as CareTeam | undefined)?.subject
  return subjectOf({ ...task, subject }, neighbours, at)
}

function authorsOf(resource: Resource): readonly Reference[] {
  const { patient } = resource as RelatedPerson
  return resource.resourceType === 'RelatedPerson' && patient ? [patient] : []
}

/** From the teams and hand-overs of a Bundle to whom they name, and on to whom those name. */
function namersIn({ entries, neighbours }: OpenBundle): Claiming['patientsOf'] {
  const patients = new Map<string, Map<string, PatientIdentifier>>()
  const add = (names: readonly string[], patient: PatientIdentifier): void => {
    const key = `${patient.system}|${patient.value}`
    for (const name of names) {
      const known = patients.get(name) ?? new Map<string, PatientIdentifier>()
      patients.set(name, known.set(key, patient))
    }
  }
  const knownOf = (entry: SentEntry) =>
    namesOfEntry(entry).flatMap((name) => [...(patients.get(name)?.values() ?? [])])
  for (const { resource, place } of entries) {
    if (!isObject(resource)) continue
    const patient = patientOf(resource, { entries, neighbours }, place)
    if (patient) add(partiesNamedIn(resource), patient)
  }
  // A role names a person, a service and an organisation; the service its organisation.
  for (let step = 0; step < 2; step++) {
    for (const entry of entries) {
      if (!partyTypes.some((type) => type === typeOf(entry.resource))) continue
      for (const patient of knownOf(entry)) add(partiesNamedIn(entry.resource), patient)
    }
  }
  return (entry) => {
    const found = knownOf(entry).map((one) => [`${one.system}|${one.value}`, one] as const)
    return [...new Map(found).values()]
  }
}

function patientOf(
  resource: object,
  bundle: OpenBundle,
  place: string,
): PatientIdentifier | undefined {
  const type = typeOf(resource)
  if (type !== 'CareTeam' && type !== 'Task') return undefined
  const [own] = referencesAmong(resource, 'subject', 'for')
  const found =
    type === 'Task'
      ? patientOfTask(
          { ...(resource as Task), ...(own && { for: own as Reference }) },
          bundle,
          place,
        )
      : subjectOf({ ...(own && { subject: own as Reference }) }, bundle.neighbours, place)
  return 'severity' in found ? undefined : found
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
