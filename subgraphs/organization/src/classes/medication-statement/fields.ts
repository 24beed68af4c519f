import { toConcept, toConcepts } from '../../map/concept.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { typeOfText } from '../assemble-each.js'
import { kindOf } from '../authors.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { type Parties, readParties } from '../parties.js'
import { dosagesOf } from './dosage.js'
import { type EntryElements, readEntryElements } from './elements.js'
import { listKindOf } from './kind.js'
import { medicineOf, toIngredients } from './medicine.js'
import { heldSince, TIMES } from './times.js'

interface ReadEntry extends ReadRow {
  readonly elements: EntryElements
  readonly parties: Parties
  /** The prescription that it rests on, or that it is itself. */
  readonly prescription: () => Pick<EntryElements, 'requester' | 'authoredOn' | 'reasonCode'>
}

/** @throws where the entry is not what FHIR R4 says: it is dropped alone */
export function readEntry(row: ClassRow, context: MapContext): ReadEntry {
  const elements = readEntryElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  const behind = row.related.find(({ resource }) => typeOfText(resource) === 'MedicationRequest')
  const prescription = () => (behind ? readEntryElements(behind.resource) : elements)
  return { row, elements, parties, when: heldSince(elements), context, prescription }
}

const medicine = ({ elements, row }: ReadEntry) => medicineOf(elements, row.related)

/** Fields of the contract's MedicationListEntry. Each runs only where it is selected. */
export const medicationFields = {
  ...commonFields,
  kind: ({ row }: ReadEntry) => row.facets['kind']?.[0],
  list: ({ row, elements }: ReadEntry) => ({
    owner: { number: row.owner },
    kind: listKindOf(elements),
    asserted: instant(elements.dateAsserted ?? elements.authoredOn ?? elements.meta?.lastUpdated),
  }),
  category: ({ elements }: ReadEntry) => toConcepts(elements.category),
  medication: (read: ReadEntry) => {
    const { concept } = medicine(read)
    return concept && toConcept(concept)
  },
  form: (read: ReadEntry) => {
    const { form } = medicine(read)
    return form && toConcept(form)
  },
  ingredient: (read: ReadEntry) => toIngredients(medicine(read)),
  dosage: ({ elements }: ReadEntry) => dosagesOf(elements),
  statusReason: ({ elements }: ReadEntry) => toConcepts(elements.statusReason),
  courseOfTherapy: ({ elements: { courseOfTherapyType: course } }: ReadEntry) =>
    course && toConcept(course),
  informationSource: ({ elements, parties }: ReadEntry) =>
    named(elements.informationSource ?? elements.reportedReference, parties),
  reportedBy: ({ elements: { informationSource, reportedReference: reported } }: ReadEntry) =>
    kindOf(informationSource ?? reported ?? {}) ?? 'UNKNOWN',
  prescriber: ({ prescription, parties }: ReadEntry) => named(prescription().requester, parties),
  prescribed: ({ prescription }: ReadEntry) => instant(prescription().authoredOn),
  reason: (read: ReadEntry) => reasonsOf(read),
} as const

/** The patient is whom the whole answer is about, and needs no name in it: `reportedBy` tells. */
const named = (reference: EntryElements['requester'], parties: Parties) =>
  reference && kindOf(reference) !== 'PATIENT' ? parties.partyOf(reference) : undefined

function reasonsOf({ elements, prescription, context }: ReadEntry) {
  if (context.leftOut?.includes('reasonCode')) return []
  return toConcepts(elements.reasonCode ?? prescription().reasonCode)
}

const LIST = [
  ...['informationSource', 'reportedReference', 'reportedBoolean', 'category', 'requester'],
]
const MEDICINE = ['medicationCodeableConcept', 'medicationReference', 'contained']

/** Which elements of the FHIR resource a field is made of. */
export const medicationNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  kind: [],
  list: [...LIST, 'dateAsserted', 'authoredOn', 'meta'],
  category: ['category'],
  medication: MEDICINE,
  form: MEDICINE,
  ingredient: MEDICINE,
  dosage: ['dosage', 'dosageInstruction'],
  statusReason: ['statusReason'],
  courseOfTherapy: ['courseOfTherapyType'],
  informationSource: ['informationSource', 'reportedReference', 'contained'],
  reportedBy: ['informationSource', 'reportedReference'],
  prescriber: ['requester', 'contained'],
  prescribed: ['authoredOn'],
  reason: ['reasonCode'],
}

/** Fields that what the row refers to says, or may say. */
export const fromRelated = [
  ...['medication', 'form', 'ingredient', 'prescriber', 'prescribed', 'reason'],
]
