import type { PatientIdentifier } from '@kilde/contract'
import type { Device, Observation, Patient } from 'fhir/r4.js'
import type { Change, NameChange, PlanChange } from '../sources/intake.js'
import { changeOf } from './change.js'
import { type SentEntry, typeOf, type Wish, wishOf } from './entry.js'
import { isCheckedType, type ShapeCheck } from './fhir-schema.js'
import { namesOf } from './names.js'
import { fault, type Issue, isFault } from './outcome.js'
import { type PlanNeighbours, whyNoPart } from './plans/belonging.js'
import { type PlanResource, planChangeOf } from './plans/change.js'
import { checkPlanResource } from './plans/rules.js'
import { type Neighbours, subjectOf } from './references.js'
import { checkObservation } from './rules.js'
import { checkStorable } from './storable.js'

/** An entry after all checks: to keep, to use for its neighbours' references (and a patient's names), or refused. */
export type CheckedEntry = { readonly entry: SentEntry; readonly issues: readonly Issue[] } & (
  | { readonly result: 'keep'; readonly change: Change }
  | { readonly result: 'keep-plan'; readonly plan: PlanChange }
  | { readonly result: 'reference'; readonly names: readonly NameChange[] }
  | { readonly result: 'refused' }
)

export interface CheckContext {
  readonly checkShape: ShapeCheck
  readonly neighbours: Neighbours
  /** What the plans of the Bundle refer to. */
  readonly plans: PlanNeighbours
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
  if (!isCheckedType(type)) {
    return refused(entry, [
      fault(
        at,
        'only Observation, CarePlan with what it refers to, Patient and Device are taken here',
        'not-supported',
      ),
    ])
  }
  const shape = context.checkShape(type, resource, at) ?? checkStorable(resource, text, at)
  if (shape) return refused(entry, [shape])
  if (type === 'Patient') return checkPatient(entry, resource as Patient, context)
  if (type === 'Device') return checkDevice(entry, resource as Device, context)
  if (type !== 'Observation') return checkPlan(entry, resource as PlanResource, context)
  return checkChange(entry, resource as Observation, text, context)
}

const told = (text: string): Issue => ({ severity: 'information', code: 'informational', text })

const USED_ONLY = told('Used to resolve references within this Bundle; not kept.')
const NAME_KEPT = told('Used to resolve references within this Bundle; only the name is kept.')

function checkPatient(
  entry: SentEntry,
  patient: Patient,
  { receivedMs }: CheckContext,
): CheckedEntry {
  const names = namesOf(patient, receivedMs)
  return { entry, result: 'reference', names, issues: [names.length > 0 ? NAME_KEPT : USED_ONLY] }
}

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
  return { entry, result: 'keep', issues, change }
}

/** A Device is kept with a plan that names it, for the plan's patient; else it only resolves references. */
function checkDevice(entry: SentEntry, device: Device, context: CheckContext): CheckedEntry {
  const patient = context.plans.patientOfDevice(entry)
  if (!patient) return { entry, result: 'reference', names: [], issues: [USED_ONLY] }
  const { wish, issues } = senderOf(entry, patient)
  if (!wish) return refused(entry, issues)
  const plan = planChangeOf(device, entry, wish, { ...context, patient })
  return { entry, result: 'keep-plan', issues, plan }
}

function checkPlan(entry: SentEntry, resource: PlanResource, context: CheckContext): CheckedEntry {
  const at = `${entry.place}.resource`
  const apart = whyNoPart(entry, resource, context.plans, at)
  if (apart) return refused(entry, [apart])
  const sender = senderOf(entry, subjectOf(resource, context.neighbours, at))
  const issues = [...checkPlanResource(resource, context.plans, at), ...sender.issues]
  const { patient, wish } = sender
  if (issues.some(isFault) || !patient || !wish) return refused(entry, issues)
  const plan = planChangeOf(resource, entry, wish, { ...context, patient })
  return { entry, result: 'keep-plan', issues, plan }
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
