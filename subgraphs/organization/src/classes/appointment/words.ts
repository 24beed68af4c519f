import type { Appointment, Encounter } from 'fhir/r4.js'
import { VIRTUAL_SERVICE } from './mode.js'

/** Of a virtual service what tells the channel. Its address and session key open the room: they are for who takes part. */
const TOLD: readonly string[] = ['channelType']

/** A resource without what was written to somebody in it, and without the keys to the room: these are not kept. */
export function withoutWords<T extends Appointment | Encounter>(resource: T): T {
  const { text: _text, extension = [], ...rest } = resource
  const { comment: _comment, patientInstruction: _instruction, ...kept } = rest as Appointment
  const told = extension.map((one) =>
    one.url === VIRTUAL_SERVICE
      ? { ...one, extension: one.extension?.filter(({ url }) => TOLD.includes(url)) }
      : one,
  )
  return { ...kept, ...(told.length > 0 && { extension: told }) } as T
}
