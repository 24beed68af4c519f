export const dispenses = {
  field: 'medicationDispenses',
  filter: 'MedicationDispenseFilter',
  fields: 'id effective event device { display } note { text } withheldFields',
} as const

/** An event of a dispenser as far as the tests look at it. */
export interface Dispense {
  readonly id: string
  readonly effective: string
  readonly event: string | null
  readonly device: { readonly display: string } | null
}
