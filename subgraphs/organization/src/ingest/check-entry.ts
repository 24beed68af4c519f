import type { PatientIdentifier } from '@kilde/contract'
import type { Observation, Patient } from 'fhir/r4.js'
import type { Change, NameChange } from '../sources/intake.js'
import { changeOf } from './change.js'
import { type SentEntry, wishOf } from './entry.js'
import type { CheckedType, ShapeCheck } from './fhir-schema.js'
import { namesOf } from './names.js'
import { fault, type Issue, isFault } from './outcome.js'
import { type Neighbours, subjectOf } from './references.js'
import { checkObservation } from './rules.js'
import { checkStorable } from './storable.js'

/** An entry after all checks: to keep, to use for its neighbours' references (and a patient's names), or refused. */
export type CheckedEntry = { readonly entry: SentEntry; readonly issues: readonly Issue[] } & (
  | { readonly result: 'keep'; readonly change: Change }
  | { readonly result: 'reference'; readonly names: readonly NameChange[] }
  | { readonly result: 'refused' }
)

export interface CheckContext {
  readonly checkShape: ShapeCheck
  readonly neighbours: Neighbours
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
  if (!isTaken(type)) {
    return refused(entry, [
      fault(at, 'only Observation, Patient and Device are taken here', 'not-supported'),
    ])
  }
  const shape = context.checkShape(type, resource, at) ?? checkStorable(resource, text, at)
  if (shape) return refused(entry, [shape])
  if (type === 'Patient') return checkPatient(entry, resource as Patient, context)
  if (type === 'Device') return { entry, result: 'reference', names: [], issues: [USED_ONLY] }
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
  const issues: Issue[] = [...checkObservation(observation, at)]
  const patient = subjectOf(observation, context.neighbours, at)
  const wish = wishOf(entry)
  if ('severity' in patient) issues.push(patient)
  if ('severity' in wish) issues.push(wish)
  if (issues.some(isFault) || 'severity' in patient || 'severity' in wish)
    return refused(entry, issues)
  return {
    entry,
    result: 'keep',
    issues,
    change: changeOf(observation, text, wish, {
      ...context,
      patient: patient satisfies PatientIdentifier,
    }),
  }
}

const refused = (entry: SentEntry, issues: readonly Issue[]): CheckedEntry => ({
  entry,
  result: 'refused',
  issues,
})

function typeOf(resource: unknown): string | undefined {
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource))
    return undefined
  return typeof resource.resourceType === 'string' ? resource.resourceType : undefined
}

const isTaken = (type: string): type is CheckedType =>
  type === 'Observation' || type === 'Patient' || type === 'Device'
