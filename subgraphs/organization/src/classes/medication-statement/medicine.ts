import { toConcept } from '../../map/concept.js'
import { type Concept, parseKeepingDigits } from '../../map/elements.js'
import type { RelatedResource } from '../../sources/source.js'
import type { Reference } from '../party-elements.js'
import { namesIn } from '../references.js'
import { ratioText } from './amounts.js'
import { type EntryElements, type MedicationElements, readMedication } from './elements.js'

/** What medicine an entry is of. */
export interface Medicine {
  readonly concept: Concept | undefined
  readonly form: Concept | undefined
  readonly ingredients: readonly { readonly substance: Concept; readonly strength?: string }[]
}

type Naming = Pick<EntryElements, 'medicationCodeableConcept' | 'medicationReference' | 'contained'>

/** @throws where its Medication is not what FHIR R4 says: the entry is dropped rather than shown as another medicine */
export function medicineOf(entry: Naming, related: readonly RelatedResource[]): Medicine {
  const { medicationCodeableConcept: own, medicationReference: reference } = entry
  if (own || !reference) return { concept: own, form: undefined, ingredients: [] }
  const found = medicationBehind(reference, entry, related)
  const named = reference.display === undefined ? undefined : { text: reference.display }
  return {
    concept: found?.code ?? named,
    form: found?.form,
    ingredients: (found?.ingredient ?? []).flatMap((one) => {
      const { itemCodeableConcept: item, itemReference, strength } = one
      const display = itemReference?.display
      const substance = item ?? (display === undefined ? undefined : { text: display })
      const text = strength && ratioText(strength)
      return substance ? [{ substance, ...(text !== undefined && { strength: text }) }] : []
    }),
  }
}

function medicationBehind(
  reference: Reference,
  { contained = [] }: Naming,
  related: readonly RelatedResource[],
): MedicationElements | undefined {
  const inside = contained.flatMap((one) => readMedication(one) ?? [])
  const own = inside.find(({ id }) => reference.reference === `#${id}`)
  if (own) return own
  const names = namesIn(nameable(reference))
  return related
    .filter((one) => one.names.some((name) => names.includes(name)))
    .flatMap(({ resource }) => readMedication(parseKeepingDigits(resource)) ?? [])[0]
}

/** A reference to a medicine; by identifier alone it does not say of what type. */
export const nameable = (reference: Reference): Reference => ({
  ...reference,
  type: reference.type ?? 'Medication',
})

export const toIngredients = ({ ingredients }: Medicine) =>
  ingredients.map(({ substance, strength }) => ({ substance: toConcept(substance), strength }))
