import { kindOf } from '../authors.js'
import type { EntryElements } from './elements.js'

/** `MedicationEntryKind` of the contract. */
export type EntryKind = 'STATEMENT' | 'PRESCRIPTION' | 'PLAN' | 'PROPOSAL' | 'DO_NOT_GIVE' | 'OTHER'

const INTENTS: Readonly<Record<string, EntryKind>> = {
  proposal: 'PROPOSAL',
  plan: 'PLAN',
  order: 'PRESCRIPTION',
  'original-order': 'PRESCRIPTION',
  'reflex-order': 'PRESCRIPTION',
  'filler-order': 'PRESCRIPTION',
  'instance-order': 'PRESCRIPTION',
}

/** What kind of entry it is. That something is not to be given must never look like a prescription of it. */
export function entryKindOf({
  intent,
  doNotPerform,
}: Pick<EntryElements, 'intent' | 'doNotPerform'>): EntryKind {
  if (doNotPerform === true) return 'DO_NOT_GIVE'
  // Only a request has an intent.
  if (intent === undefined) return 'STATEMENT'
  return INTENTS[intent] ?? 'OTHER'
}

/** FHIR's category of what a patient says of medicines taken. */
const PATIENT_SPECIFIED = 'patientspecified'

/** `MedicationListKind` of the contract: whose word the list is that an entry stands in. */
export function listKindOf(
  entry: Pick<
    EntryElements,
    'informationSource' | 'reportedReference' | 'reportedBoolean' | 'category' | 'requester'
  >,
): 'REPORTED_BY_PATIENT' | 'OF_PROFESSIONALS' | 'NOT_TOLD' {
  const { informationSource, reportedReference, reportedBoolean, category = [], requester } = entry
  const by = informationSource ?? reportedReference
  const kind = by && kindOf(by)
  const codes = category.flatMap(({ coding = [] }) => coding.map(({ code }) => code))
  const isPatients =
    kind === 'PATIENT' || kind === 'RELATED_PERSON' || codes.includes(PATIENT_SPECIFIED)
  if (isPatients || (reportedBoolean === true && !by)) return 'REPORTED_BY_PATIENT'
  const prescriber = requester && kindOf(requester)
  return kind === 'STAFF' || prescriber === 'STAFF' ? 'OF_PROFESSIONALS' : 'NOT_TOLD'
}
