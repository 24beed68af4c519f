import { typeOfText } from '../assemble-each.js'
import { type ByName, indexByName } from '../by-name.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { dosagesOf } from './dosage.js'
import { type EntryElements, readEntryElements } from './elements.js'
import { entryKindOf } from './kind.js'
import { medicineOf, nameable } from './medicine.js'
import { heldSince } from './times.js'

interface Read {
  readonly held: HeldResource
  readonly elements: EntryElements
}

/**
 * Each MedicationStatement is a row, and each MedicationRequest that no statement of the same owner rests on: the other way round one
 * medicine would stand there twice.
 */
export function assembleMedications(resources: readonly HeldResource[]): Assembled {
  const typed = resources.map((held) => ({ held, type: typeOfText(held.resource) }))
  const ofType = (type: string) => typed.filter((one) => one.type === type).map(({ held }) => held)
  const entries = [...ofType('MedicationStatement'), ...ofType('MedicationRequest')]
  const read = entries.flatMap((one) => tryRead(one) ?? [])
  const byName = indexByName(
    typed.filter(({ type }) => type !== 'MedicationStatement').map(({ held }) => held),
    ({ names }) => names,
  )
  const told = new Set(read.flatMap((one) => requestsBehind(one, byName)))
  const rows = read
    .filter(({ held }) => !told.has(held))
    .flatMap((one) => tryRow(one, byName) ?? [])
  return { rows, dropped: entries.length - told.size - rows.length }
}

function tryRead(held: HeldResource): Read | undefined {
  try {
    return { held, elements: readEntryElements(held.resource) }
  } catch {
    return undefined
  }
}

/** Prescriptions that a statement rests on. One that was a mistake rests on nothing: the prescription stands for itself then. */
function requestsBehind({ held, elements }: Read, byName: ByName<HeldResource>) {
  if (elements.status === 'entered-in-error') return []
  return byName((elements.basedOn ?? []).flatMap(requestNames)).filter(
    ({ owner, resource }) => owner === held.owner && typeOfText(resource) === 'MedicationRequest',
  )
}

const requestNames = (reference: NonNullable<EntryElements['basedOn']>[number]) =>
  namesIn({ ...reference, type: reference.type ?? 'MedicationRequest' })

function tryRow(read: Read, byName: ByName<HeldResource>): HeldClassRow | undefined {
  try {
    const requests = isStatement(read) ? requestsBehind(read, byName) : []
    const { medicationReference: reference } = read.elements
    const medicines = reference ? byName(namesIn(nameable(reference))) : []
    return rowOf(read, [...new Set([...requests, ...medicines])])
  } catch {
    return undefined
  }
}

const isStatement = ({ elements }: Read): boolean => elements.resourceType === 'MedicationStatement'

function rowOf({ held, elements }: Read, related: readonly HeldResource[]): HeldClassRow {
  const { status, effectiveDateTime, effectivePeriod, reasonCode = [] } = elements
  const { concept, form, ingredients } = medicineOf(elements, related)
  const kind = entryKindOf(elements)
  const medicines = [concept, ...ingredients.map(({ substance }) => substance)]
  return heldRowOf(held, related, {
    when: heldSince(elements),
    status,
    content: contentOf({
      ...{ status, kind, effectiveDateTime, effectivePeriod, dosage: dosagesOf(elements) },
      // Of a medicine without a code its name is all that tells it from another.
      medicine: [tokensOf([concept]), concept?.coding?.length ? undefined : concept?.text],
      ...{ form: tokensOf([form]), strengths: ingredients.map(({ strength }) => strength) },
    }),
    facets: { kind: [kind], code: tokensOf(medicines) },
    codes: tokensOf([...medicines, ...reasonCode, ...reasonsBehind(related)]),
  })
}

/** Reasons of the prescriptions behind it: whoever closes a diagnosis closes what is taken for it. */
const reasonsBehind = (related: readonly HeldResource[]) =>
  related
    .filter(({ resource }) => typeOfText(resource) === 'MedicationRequest')
    .flatMap(({ resource }) => readEntryElements(resource).reasonCode ?? [])
