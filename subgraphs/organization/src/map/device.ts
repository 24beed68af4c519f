import { toConcept } from './concept.js'
import { type DeviceElements, type Elements, readDevice } from './elements.js'

/** The device of a row: from the Device resource that came with it, else as far as the reference names it. */
export function toDevice(reference: Elements['device'], json: string | undefined) {
  const device = json === undefined ? undefined : readDevice(json)
  const display = nameOf(device) ?? reference?.display ?? reference?.identifier?.value
  if (display === undefined) return undefined
  return {
    display,
    manufacturer: device?.manufacturer,
    modelNumber: device?.modelNumber,
    type: device?.type && toConcept(device.type),
    identifier: identifiersOf(device?.identifier ?? [reference?.identifier]),
  }
}

function nameOf(device: DeviceElements | undefined): string | undefined {
  if (!device) return undefined
  const names = device.deviceName ?? []
  const friendly = names.find(({ type }) => type === 'user-friendly-name') ?? names[0]
  const model = [device.manufacturer, device.modelNumber].filter((part) => part !== undefined)
  return friendly?.name ?? (model.join(' ') || undefined)
}

type Named = NonNullable<DeviceElements['identifier']>[number]

const identifiersOf = (sent: readonly (Named | undefined)[]): readonly Named[] =>
  sent.filter((one): one is Named => one?.value !== undefined)
