import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { MedicationRequest, MedicationStatement, Reference } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { fault, type Issue } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import { referencesAmong } from '../party-elements.js'
import { namesIn } from '../references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { nameable } from './medicine.js'
import { checkEntry } from './rules.js'

type Sent = MedicationStatement | MedicationRequest

/** What patients take and are prescribed, with the medicines that these name. */
export const medicationIntake: ClassIntake = {
  types: ['MedicationStatement', 'MedicationRequest', 'Medication'],
  open(bundle) {
    const patientsOf = takersIn(bundle)
    return (entry, at) => claim(entry, at, bundle, patientsOf)
  },
}

type PatientsOf = (entry: SentEntry) => readonly PatientIdentifier[]

function claim(entry: SentEntry, at: string, bundle: OpenBundle, patientsOf: PatientsOf): Claim {
  const resource = entry.resource as Sent | { readonly resourceType: 'Medication' }
  if (resource.resourceType === 'Medication') {
    const patients = patientsOf(entry)
    if (patients.length === 0) return { takes: false, why: NOT_NAMED(at) }
    return { takes: true, issues: [], patients, authors: [] }
  }
  return claimOf({
    issues: checkEntry(resource, at),
    subject: subjectOf(resource, bundle.neighbours, at),
    authors: answerableFor(resource),
  })
}

const NOT_NAMED = (at: string): Issue =>
  fault(
    at,
    'is taken only where a MedicationStatement or MedicationRequest of the same Bundle names it',
    'not-supported',
  )

function answerableFor(resource: Sent): readonly Reference[] {
  if (resource.resourceType === 'MedicationStatement')
    return [resource.informationSource].flatMap(told)
  const { requester, recorder, reportedReference } = resource
  return [requester, recorder, reportedReference].flatMap(told)
}

const told = (one: Reference | undefined): readonly Reference[] => (one ? [one] : [])

/** Who takes the medicines of a Bundle, by their names. Nothing of it is checked yet. */
function takersIn({ entries, neighbours }: OpenBundle): PatientsOf {
  const byName = new Map<string, Map<string, PatientIdentifier>>()
  for (const { resource, place } of entries) {
    if (!isEntry(resource)) continue
    const [subject] = referencesAmong(resource, 'subject')
    const patient = subjectOf(subject ? { subject: subject as Reference } : {}, neighbours, place)
    if ('severity' in patient) continue
    const references = referencesAmong(resource, 'medicationReference')
    for (const name of references.flatMap((one) => namesIn(nameable(one)))) {
      const known = byName.get(name) ?? new Map<string, PatientIdentifier>()
      byName.set(name, known.set(identifierToken(patient), patient))
    }
  }
  return (entry) => [
    ...new Map(namesOfEntry(entry).flatMap((name) => [...(byName.get(name) ?? [])])).values(),
  ]
}

const isEntry = (resource: unknown): boolean =>
  ['MedicationStatement', 'MedicationRequest'].includes(typeOf(resource) ?? '')
