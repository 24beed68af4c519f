import { wordsOf } from '../../map/concept.js'
import { type ByName, indexByName } from '../by-name.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import {
  type DeviceElements,
  isRequest,
  type RequestElements,
  type RowElements,
  readPart,
  readRowElements,
  type UseElements,
} from './elements.js'
import { deviceOf } from './named-device.js'
import { inUse, realUses, shownUse, whenOf } from './uses.js'

interface Read {
  readonly resource: HeldResource
  readonly row?: RowElements
  readonly request?: RequestElements
}

/** A row for each device, with the statements of its use; and for each statement whose device nobody sent. */
export function assembleDevices(resources: readonly HeldResource[]): Assembled {
  const read = resources.map(tryRead)
  const whole = read.filter((one) => one !== undefined)
  const devices = whole.filter(({ row }) => row?.of === 'device')
  const uses = whole.filter(({ row }) => row?.of === 'use')
  const deviceByName = indexByName(devices, ({ resource }) => resource.names)
  const usesOf = indexByName(uses, ({ row }) => (row?.of === 'use' ? namesOfDevice(row.use) : []))
  const requests = indexByName(
    whole.filter(({ request }) => request),
    ({ resource }) => resource.names,
  )
  const alone = uses.filter(
    ({ row }) => row?.of === 'use' && deviceByName(namesOfDevice(row.use)).length === 0,
  )
  const rows = [
    ...devices.map((one) => rowOf(one, usesOf(one.resource.names), requests)),
    ...alone.map((one) => rowOf(one, [], requests)),
  ]
  return { rows, dropped: read.length - whole.length }
}

function tryRead(resource: HeldResource): Read | undefined {
  try {
    const part = readPart(resource.resource)
    if (part && isRequest(part)) return { resource, request: part }
    return { resource, row: readRowElements(resource.resource) }
  } catch {
    return undefined
  }
}

const namesOfDevice = ({ device }: UseElements): readonly string[] =>
  device ? namesIn(device) : []

function rowOf(own: Read, usedBy: readonly Read[], requests: ByName<Read>): HeldClassRow {
  const statements = [own, ...usedBy].flatMap(({ row }) => (row?.of === 'use' ? [row.use] : []))
  const device = own.row ? deviceOf(own.row) : {}
  const asked = statements.flatMap(({ basedOn = [] }) => basedOn.flatMap(namesIn))
  const related = [...usedBy, ...requests(asked)].map(({ resource }) => resource)
  const used = inUse(statements)
  return heldRowOf(own.resource, related, {
    when: whenOf(statements, device),
    status: statusOf(own, used),
    content: contentOf({ ...said(device), use: realUses(statements).map(shownUse) }),
    facets: {
      type: tokensOf([device.type]),
      identifier: (device.identifier ?? []).map(({ system = '', value }) => `${system}|${value}`),
      ...(used !== undefined && { inUse: [String(used)] }),
    },
    codes: tokensOf([device.type, ...statements.flatMap(({ reasonCode = [] }) => reasonCode)]),
  })
}

/** FHIR lets a Device be without a status: then its use tells, as for a statement that stands alone. */
function statusOf({ row }: Read, used: boolean | undefined): string | undefined {
  if (row?.of === 'device' && row.device.status !== undefined) return row.device.status
  if (row?.of === 'use' && row.use.status === 'entered-in-error') return row.use.status
  return used === undefined ? undefined : used ? 'active' : 'inactive'
}

/** What a device says of itself, whoever tells it. */
function said(device: DeviceElements) {
  const { manufacturer, modelNumber, serialNumber, version = [], property = [] } = device
  return {
    ...{ manufacturer, modelNumber, serialNumber, type: tokensOf([device.type]) },
    faults: (device.statusReason ?? []).map((one) => tokensOf([one])),
    version: version.map(({ type, value }) => [type && wordsOf(type), value]),
    property: property.map(({ type, valueQuantity = [], valueCode = [] }) => [
      tokensOf([type]),
      valueQuantity.map(({ value, unit }) => [value, unit]),
      tokensOf(valueCode),
    ]),
  }
}
