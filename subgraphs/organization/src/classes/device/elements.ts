import { z } from 'zod'
import { concept, parseKeepingDigits, period, text } from '../../map/elements.js'
import {
  annotations,
  concepts,
  extensions,
  identifiers,
  quantity,
  references,
} from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

/** The elements of a FHIR R4 Device that the contract shows. */
const device = z.object({
  resourceType: text.optional(),
  id: text.optional(),
  meta,
  extension: extensions,
  identifier: identifiers,
  status: text.optional(),
  statusReason: concepts,
  deviceName: z.array(z.object({ name: text, type: text.optional() })).optional(),
  manufacturer: text.optional(),
  modelNumber: text.optional(),
  serialNumber: text.optional(),
  type: concept.optional(),
  version: z.array(z.object({ type: concept.optional(), value: text })).optional(),
  property: z
    .array(
      z.object({ type: concept, valueQuantity: z.array(quantity).optional(), valueCode: concepts }),
    )
    .optional(),
  owner: reference.optional(),
  note: annotations,
})

/** The same of a FHIR R4 DeviceUseStatement: that somebody uses a device, and since when. */
const use = z.object({
  resourceType: text.optional(),
  id: text.optional(),
  meta,
  extension: extensions,
  identifier: identifiers,
  status: text.optional(),
  timingPeriod: period.optional(),
  timingDateTime: text.optional(),
  timingTiming: z.object({ event: z.array(text).optional() }).optional(),
  recordedOn: text.optional(),
  device: reference.optional(),
  basedOn: references,
  reasonCode: concepts,
  contained: z.array(z.unknown()).optional(),
  note: annotations,
})

const request = z.object({
  resourceType: z.literal('DeviceRequest'),
  requester: reference.optional(),
  performer: reference.optional(),
})

export type DeviceElements = z.infer<typeof device>
export type UseElements = z.infer<typeof use>
export type RequestElements = z.infer<typeof request>

/** A row's own resource: the device, or where no source has that, the statement that it is used. */
export type RowElements =
  | { readonly of: 'device'; readonly device: DeviceElements }
  | { readonly of: 'use'; readonly use: UseElements }

/** @throws where they are not what FHIR R4 says */
export function readRowElements(json: string): RowElements {
  const resource = parseKeepingDigits(json) as { readonly resourceType?: unknown }
  return resource.resourceType === 'DeviceUseStatement'
    ? { of: 'use', use: use.parse(resource) }
    : { of: 'device', device: device.parse(resource) }
}

export const readDevice = (resource: unknown): DeviceElements => device.parse(resource)

/** What a row refers to, or what refers to it. @throws as above */
export function readPart(json: string): UseElements | RequestElements | undefined {
  const resource = parseKeepingDigits(json) as { readonly resourceType?: unknown }
  if (resource.resourceType === 'DeviceUseStatement') return use.parse(resource)
  return resource.resourceType === 'DeviceRequest' ? request.parse(resource) : undefined
}

export const isRequest = (part: UseElements | RequestElements): part is RequestElements =>
  part.resourceType === 'DeviceRequest'
