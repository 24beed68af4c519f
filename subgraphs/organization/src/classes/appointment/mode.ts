import type { AppointmentElements, EncounterElements } from './elements.js'

/** `AppointmentMode` of the contract. */
export type Mode = 'VIDEO' | 'PHONE' | 'OTHER_REMOTE' | 'HOME_VISIT' | 'IN_PERSON' | 'UNKNOWN'

/** Extension of no-basis-Appointment: by what channel it is held. */
export const VIRTUAL_SERVICE = 'http://hl7.no/fhir/ig/StructureDefinition/no-basis-virtual-service'

/** Channels of video of HL7's VirtualServiceType, which no-basis takes its examples from. */
const VIDEO: ReadonlySet<string> = new Set(['zoom', 'ms-teams', 'whatsapp'])

/** Classes of encounters (HL7 v3 ActCode). */
const CLASSES: Readonly<Record<string, Mode>> = {
  VR: 'OTHER_REMOTE',
  HH: 'HOME_VISIT',
  AMB: 'IN_PERSON',
  IMP: 'IN_PERSON',
  EMER: 'IN_PERSON',
}

/** How it is held: by what was agreed, else by what came of it. What is held remotely without a channel may be anything. */
export function modeOf(
  { extension = [] }: AppointmentElements,
  encounters: readonly EncounterElements[],
): Mode {
  const services = extension.filter(({ url }) => url === VIRTUAL_SERVICE)
  const [channel] = services.flatMap((one) =>
    (one.extension ?? []).flatMap(({ url, valueCoding }) =>
      url === 'channelType' ? (valueCoding?.code ?? []) : [],
    ),
  )
  if (channel !== undefined) return ofChannel(channel)
  if (services.length > 0) return 'OTHER_REMOTE'
  const held = encounters.flatMap((one) => CLASSES[one.class?.code ?? ''] ?? [])
  return held[0] ?? 'UNKNOWN'
}

function ofChannel(code: string): Mode {
  if (VIDEO.has(code)) return 'VIDEO'
  return code === 'phone' ? 'PHONE' : 'OTHER_REMOTE'
}
