import { toConcept, toConcepts, wordsOf } from '../../map/concept.js'
import type { MapContext } from '../../map/observation.js'
import { quantityText } from '../../map/quantity.js'
import type { ClassRow } from '../../sources/source.js'
import { commonFields, type ReadRow } from '../common-fields.js'
import { readParties } from '../parties.js'
import {
  type DeviceElements,
  isRequest,
  type RequestElements,
  readPart,
  readRowElements,
  type UseElements,
} from './elements.js'
import { deviceOf } from './named-device.js'
import { assignedBy, inUse, realUses, returnTo, shownUse, whenOf } from './uses.js'

/** A device whose elements, and those of the statements of its use, have been read and checked. */
interface ReadDeviceRow extends ReadRow {
  readonly elements: DeviceElements
  readonly uses: readonly UseElements[]
  readonly requests: readonly RequestElements[]
}

/** @throws where something of it is not what FHIR R4 says: it is dropped alone */
export function readDeviceRow(row: ClassRow, context: MapContext): ReadDeviceRow {
  const own = readRowElements(row.resource)
  const parts = row.related.flatMap(({ resource }) => readPart(resource) ?? [])
  const uses = [
    ...(own.of === 'use' ? [own.use] : []),
    ...parts.filter((part): part is UseElements => !isRequest(part)),
  ]
  const elements = deviceOf(own)
  return {
    row,
    context,
    elements,
    uses,
    requests: parts.filter(isRequest),
    when: whenOf(uses, elements),
  }
}

/** Owners and lenders are named by the references themselves. */
const parties = readParties([], [])

/** Fields of the contract's PatientDevice. Each runs only where it is selected. */
export const deviceFields = {
  ...commonFields,
  deviceName: ({ elements, context }: ReadDeviceRow) =>
    // A name that stands in a statement is an element of another name.
    context.leftOut?.includes('deviceName') ? undefined : nameOf(elements),
  type: ({ elements }: ReadDeviceRow) => elements.type && toConcept(elements.type),
  manufacturer: ({ elements }: ReadDeviceRow) => elements.manufacturer,
  modelNumber: ({ elements }: ReadDeviceRow) => elements.modelNumber,
  serialNumber: ({ elements }: ReadDeviceRow) => elements.serialNumber,
  deviceVersion: ({ elements }: ReadDeviceRow) =>
    (elements.version ?? []).map(({ type, value }) => ({ type: type && toConcept(type), value })),
  statusReason: ({ elements }: ReadDeviceRow) => toConcepts(elements.statusReason),
  property: ({ elements }: ReadDeviceRow) => (elements.property ?? []).map(shownProperty),
  owner: ({ elements }: ReadDeviceRow) => parties.partyOf(elements.owner),
  assignedBy: (read: ReadDeviceRow) =>
    parties.partyOf(assignedBy({ ...read, device: read.elements })),
  returnTo: (read: ReadDeviceRow) => parties.partyOf(returnTo({ ...read, device: read.elements })),
  inUse: ({ uses }: ReadDeviceRow) => inUse(uses),
  use: ({ uses }: ReadDeviceRow) => realUses(uses).map(shownUse),
} as const

function nameOf({ deviceName = [] }: DeviceElements): string | undefined {
  const friendly = deviceName.find(({ type }) => type === 'user-friendly-name') ?? deviceName[0]
  return friendly?.name
}

type Property = NonNullable<DeviceElements['property']>[number]

const shownProperty = ({ type, valueQuantity = [], valueCode = [] }: Property) => {
  const words = [...valueQuantity.map(quantityText), ...valueCode.map(wordsOf)]
  return {
    type: toConcept(type),
    valueText: words.filter((one) => one !== undefined).join(', ') || undefined,
  }
}
