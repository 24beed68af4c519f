import { toConcept } from '../../map/concept.js'
import { toDevice } from '../../map/device.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { commonFields, type ReadRow } from '../common-fields.js'
import { readParties } from '../parties.js'
import type { Reference } from '../party-elements.js'
import { type DispenseElements, readDispense } from './elements.js'
import { eventOf, whenOf } from './events.js'

interface ReadDispense extends ReadRow {
  readonly elements: DispenseElements
}

/** @throws where it is not what FHIR R4 says: it is dropped alone */
export function readDispenseRow(row: ClassRow, context: MapContext): ReadDispense {
  const elements = readDispense(row.resource)
  return { row, context, elements, when: whenOf(elements) }
}

/** Who handed out is named by the references themselves. */
const parties = readParties([], [])

/** Fields of the contract's MedicationDispense. Each runs only where it is selected. */
export const dispenseFields = {
  ...commonFields,
  event: ({ elements }: ReadDispense) => eventOf(elements.category),
  category: ({ elements }: ReadDispense) => elements.category && toConcept(elements.category),
  medication: ({ elements: { medicationCodeableConcept: medication } }: ReadDispense) =>
    medication && toConcept(medication),
  dosageText: ({ elements }: ReadDispense) =>
    (elements.dosageInstruction ?? []).flatMap(({ text }) => text ?? []).join('\n') || undefined,
  device: ({ elements, context }: ReadDispense) =>
    // Not an element of its own: who may not have what devices are called is told so here.
    context.leftOut?.includes('device') ? undefined : deviceOf(elements),
  performer: ({ elements }: ReadDispense) =>
    actors(elements)
      .filter((actor) => !isDevice(actor))
      .flatMap((actor) => parties.partyOf(actor) ?? []),
} as const

const actors = ({ performer = [] }: DispenseElements): readonly Reference[] =>
  performer.flatMap(({ actor }) => actor ?? [])

const isDevice = ({ type, reference = '' }: Reference): boolean =>
  type === 'Device' || /(^|\/)Device\//.test(reference)

/** VKP's own reference to a device, with a place in it that is not read. */
const VKP_DEVICE = 'http://ehelse.no/fhir/StructureDefinition/vkp-medicationDispenseDevice-v090'

function deviceOf(elements: DispenseElements) {
  const actor = actors(elements).find(isDevice)
  if (actor) return toDevice(actor, undefined)
  const parts = elements.extension?.find(({ url }) => url === VKP_DEVICE)?.extension ?? []
  const display = parts.find(({ url }) => url === 'displayName')?.valueString
  const identifier = parts.find(({ url }) => url === 'identifier')?.valueIdentifier
  return toDevice({ display, identifier }, undefined)
}
