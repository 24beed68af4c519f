import { type DeviceElements, type RowElements, readDevice } from './elements.js'

/** The device of a row: its own resource, one contained in the statement, or as far as the statement names it. */
export function deviceOf(row: RowElements): DeviceElements {
  if (row.of === 'device') return row.device
  const { device, contained = [], note, meta } = row.use
  const name = device?.reference?.startsWith('#') ? device.reference.slice(1) : undefined
  const found = name === undefined ? undefined : contained.find((one) => idIn(one) === name)
  if (found !== undefined) return { ...readDevice(found), note, meta }
  const { display, identifier } = device ?? {}
  return {
    ...(display !== undefined && { deviceName: [{ name: display }] }),
    ...(identifier && { identifier: [identifier] }),
    ...{ note, meta },
  }
}

const idIn = (resource: unknown): unknown =>
  typeof resource === 'object' && resource !== null && 'id' in resource ? resource.id : undefined
