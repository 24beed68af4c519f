import type { PatientIdentifier } from '@kilde/contract'
import type { Observation, Patient } from 'fhir/r4.js'
import { classesOfType } from '../classes/index.js'
import type { ClaimOf, ResourceClass } from '../classes/resource-class.js'
import type { Change, NameChange, ResourceChange } from '../sources/intake.js'
import { changeOf } from './change.js'
import { type SentEntry, typeOf, type Wish, wishOf } from './entry.js'
import type { ShapeCheck } from './fhir-schema.js'
import { namesOf } from './names.js'
import { odditiesOf } from './oddities.js'
import { fault, type Issue, isFault } from './outcome.js'
import type { ProfileCheck } from './profiles/profile-check.js'
import { type Neighbours, subjectOf } from './references.js'
import { type ResourceContext, resourceChangesOf } from './resource-change.js'
import { checkObservation } from './rules.js'
import { checkStorable } from './storable.js'

/** An entry after all checks: to keep, to use for its neighbours' references (and a patient's names), or refused. */
export type CheckedEntry = { readonly entry: SentEntry; readonly issues: readonly Issue[] } & (
  | { readonly result: 'keep'; readonly change: Change }
  | {
      readonly result: 'keep-resource'
      /** One for each class and patient that it is kept for. */
      readonly changes: readonly ResourceChange[]
      readonly names: readonly NameChange[]
    }
  | { readonly result: 'reference'; readonly names: readonly NameChange[] }
  | { readonly result: 'refused' }
)

export interface CheckContext {
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  readonly neighbours: Neighbours
  /** Of each class what it takes of the Bundle. */
  readonly claims: ReadonlyMap<ResourceClass, ClaimOf>
  readonly organization: string
  readonly receivedMs: number
}

export function checkEntry(entry: SentEntry, context: CheckContext): CheckedEntry {
  const { resource, text, place } = entry
  const at = `${place}.resource`
  const type = typeOf(resource)
  if (text === undefined || type === undefined) {
    return refused(entry, [fault(at, 'is required', 'required')])
  }
  if (!OWN.includes(type) && classesOfType(type).length === 0) {
    return refused(entry, [fault(at, 'resources of this type are not taken here', 'not-supported')])
  }
  const shape = context.checkShape(type, resource, at) ?? checkStorable(resource, text, at)
  if (shape) return refused(entry, [shape])
  const breaches = context.checkProfiles(resource, at)
  const names = type === 'Patient' ? namesOf(resource as Patient, context.receivedMs) : []
  const checked =
    type === 'Observation'
      ? checkChange(entry, resource as Observation, text, context)
      : checkResource(entry, type, names, context)
  return withBreaches(checked, breaches)
}

/** What does not keep its profile is refused where that is an error, else taken and said so. */
function withBreaches(checked: CheckedEntry, breaches: readonly Issue[]): CheckedEntry {
  if (breaches.length === 0) return checked
  const issues = [...checked.issues, ...breaches]
  return breaches.some(isFault) ? refused(checked.entry, issues) : { ...checked, issues }
}

/** Types that are taken whatever classes there are. */
const OWN: readonly string[] = ['Observation', 'Patient', 'Device']

const told = (text: string): Issue => ({ severity: 'information', code: 'informational', text })

const USED_ONLY = told('Used to resolve references within this Bundle; not kept.')
const NAME_KEPT = told('Used to resolve references within this Bundle; only the name is kept.')

function checkChange(
  entry: SentEntry,
  observation: Observation,
  text: string,
  context: CheckContext,
): CheckedEntry {
  const at = `${entry.place}.resource`
  const sender = senderOf(entry, subjectOf(observation, context.neighbours, at))
  const issues = [...checkObservation(observation, at), ...sender.issues]
  const { patient, wish } = sender
  if (issues.some(isFault) || !patient || !wish) return refused(entry, issues)
  const change = changeOf(observation, text, wish, { ...context, patient })
  return { entry, result: 'keep', issues: [...issues, ...odditiesOf(observation, at)], change }
}

/** Each class that is made of such resources says whether it takes this one. */
function checkResource(
  entry: SentEntry,
  type: string,
  names: readonly NameChange[],
  context: CheckContext,
): CheckedEntry {
  const claims = classesOfType(type).map((kind) => ({
    kind,
    claim: context.claims.get(kind)?.(entry, `${entry.place}.resource`),
  }))
  const taking = claims.flatMap(({ kind, claim }) => (claim?.takes ? [{ kind, claim }] : []))
  if (taking.length > 0) return keepResource(entry, taking, names, context)
  const why = claims.flatMap(({ claim }) => (claim && !claim.takes && claim.why) || [])
  // Of use for others where any class says so, or none was asked.
  if (why.length > 0 && why.length === claims.length) return refused(entry, why.slice(0, 1))
  return { entry, result: 'reference', names, issues: [names.length > 0 ? NAME_KEPT : USED_ONLY] }
}

type Taking = Pick<ResourceContext, 'kind' | 'claim'>

function keepResource(
  entry: SentEntry,
  taking: readonly Taking[],
  names: readonly NameChange[],
  context: CheckContext,
): CheckedEntry {
  const wish = wishOf(entry)
  const issues = [
    ...taking.flatMap(({ claim }) => claim.issues),
    ...('severity' in wish ? [wish] : []),
  ]
  if (issues.some(isFault) || 'severity' in wish) return refused(entry, issues)
  const changes = taking.flatMap((one) => resourceChangesOf(entry, wish, { ...context, ...one }))
  return { entry, result: 'keep-resource', issues, changes, names }
}

interface Sender {
  readonly patient: PatientIdentifier | undefined
  readonly wish: Wish | undefined
  readonly issues: readonly Issue[]
}

/** About whom, and what is to be done; or what is wrong with these. */
function senderOf(entry: SentEntry, subject: PatientIdentifier | Issue): Sender {
  const wish = wishOf(entry)
  const issues = [subject, wish].filter((one): one is Issue => 'severity' in one)
  return {
    patient: 'severity' in subject ? undefined : subject,
    wish: 'severity' in wish ? undefined : wish,
    issues,
  }
}

const refused = (entry: SentEntry, issues: readonly Issue[]): CheckedEntry => ({
  entry,
  result: 'refused',
  issues,
})
