import { z } from 'zod'
import { concept, parseKeepingDigits, period, text } from '../../map/elements.js'
import { annotations, concepts, identifiers, quantity, references } from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

const range = z.object({ low: quantity.optional(), high: quantity.optional() })
const ratio = z.object({ numerator: quantity.optional(), denominator: quantity.optional() })
const number = z.union([z.number(), z.string().transform(Number)])

const repeat = z.object({
  boundsPeriod: period.optional(),
  boundsDuration: quantity.optional(),
  count: number.optional(),
  frequency: number.optional(),
  frequencyMax: number.optional(),
  period: number.optional(),
  periodMax: number.optional(),
  periodUnit: text.optional(),
  dayOfWeek: z.array(text).optional(),
  timeOfDay: z.array(text).optional(),
  when: z.array(text).optional(),
})

const dosage = z.object({
  text: text.optional(),
  patientInstruction: text.optional(),
  additionalInstruction: concepts,
  timing: z
    .object({
      event: z.array(text).optional(),
      repeat: repeat.optional(),
      code: concept.optional(),
    })
    .optional(),
  asNeededBoolean: z.boolean().optional(),
  asNeededCodeableConcept: concept.optional(),
  site: concept.optional(),
  route: concept.optional(),
  method: concept.optional(),
  doseAndRate: z
    .array(
      z.object({
        doseQuantity: quantity.optional(),
        doseRange: range.optional(),
        rateQuantity: quantity.optional(),
        rateRange: range.optional(),
        rateRatio: ratio.optional(),
      }),
    )
    .optional(),
  maxDosePerPeriod: ratio.optional(),
  maxDosePerAdministration: quantity.optional(),
  maxDosePerLifetime: quantity.optional(),
})

/** The elements of a FHIR R4 MedicationStatement or MedicationRequest that the contract shows. Any may be missing. */
const entry = z.object({
  meta,
  resourceType: text.optional(),
  identifier: identifiers,
  status: text.optional(),
  category: z.union([concept.transform((one) => [one]), z.array(concept)]).optional(),
  medicationCodeableConcept: concept.optional(),
  medicationReference: reference.optional(),
  reasonCode: concepts,
  note: annotations,
  contained: z.array(z.unknown()).optional(),
  /** Of a statement. */
  statusReason: z.union([concept.transform((one) => [one]), z.array(concept)]).optional(),
  effectiveDateTime: text.optional(),
  effectivePeriod: period.optional(),
  dateAsserted: text.optional(),
  informationSource: reference.optional(),
  basedOn: references,
  dosage: z.array(dosage).optional(),
  /** Of a request. */
  intent: text.optional(),
  doNotPerform: z.boolean().optional(),
  reportedBoolean: z.boolean().optional(),
  reportedReference: reference.optional(),
  authoredOn: text.optional(),
  requester: reference.optional(),
  courseOfTherapyType: concept.optional(),
  dosageInstruction: z.array(dosage).optional(),
})

const medication = z.object({
  resourceType: z.literal('Medication'),
  id: text.optional(),
  code: concept.optional(),
  form: concept.optional(),
  ingredient: z
    .array(
      z.object({
        itemCodeableConcept: concept.optional(),
        itemReference: reference.optional(),
        strength: ratio.optional(),
      }),
    )
    .optional(),
})

export type EntryElements = z.infer<typeof entry>
export type DosageElements = z.infer<typeof dosage>
export type RepeatElements = z.infer<typeof repeat>
export type MedicationElements = z.infer<typeof medication>
export type SentRange = z.infer<typeof range>
export type SentRatio = z.infer<typeof ratio>

/** @throws where they are not what FHIR R4 says, so that the entry is dropped alone */
export const readEntryElements = (json: string): EntryElements =>
  entry.parse(parseKeepingDigits(json))

/** Undefined for a resource of another type. @throws as above: a medicine is not shown as if nothing more were known of it */
export function readMedication(resource: unknown): MedicationElements | undefined {
  const { resourceType } = resource as { readonly resourceType?: unknown }
  return resourceType === 'Medication' ? medication.parse(resource) : undefined
}
