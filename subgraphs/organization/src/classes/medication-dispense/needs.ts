import { commonNeeds } from '../common-fields.js'

/** Which elements of the FHIR resource a field of the contract's MedicationDispense is made of. */
export const dispenseNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['whenHandedOver', 'whenPrepared', 'meta']),
  event: ['category'],
  category: ['category'],
  medication: ['medicationCodeableConcept'],
  dosageText: ['dosageInstruction'],
  device: ['device', 'performer', 'extension'],
  performer: ['performer'],
}
