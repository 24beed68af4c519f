import { parseKeepingDigits } from '../../map/elements.js'
import { typeOfText } from '../assemble-each.js'
import { type ByName, indexByName } from '../by-name.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { readParties } from '../parties.js'
import { referencesAmong } from '../party-elements.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { readAppointmentElements, readEncounter } from './elements.js'
import { modeOf } from './mode.js'
import { timeOf } from './times.js'

/** Each Appointment is a row, with the Encounters that came of it. */
export function assembleAppointments(resources: readonly HeldResource[]): Assembled {
  const typed = resources.map((one) => ({ one, type: typeOfText(one.resource) }))
  const encountersOf = indexByName(
    typed.filter(({ type }) => type === 'Encounter').map(({ one }) => one),
    ({ resource }) => referencesAmong(parseKeepingDigits(resource), 'appointment').flatMap(namesIn),
  )
  const mine = typed.filter(({ type }) => type === 'Appointment')
  const rows = mine.flatMap(({ one }) => tryRow(one, encountersOf) ?? [])
  return { rows, dropped: mine.length - rows.length }
}

function tryRow(held: HeldResource, encountersOf: ByName<HeldResource>): HeldClassRow | undefined {
  try {
    return rowOf(held, encountersOf(held.names))
  } catch {
    return undefined
  }
}

function rowOf(held: HeldResource, related: readonly HeldResource[]): HeldClassRow {
  const elements = readAppointmentElements(held.resource)
  const encounters = related.flatMap(
    ({ resource }) => readEncounter(parseKeepingDigits(resource)) ?? [],
  )
  const parties = readParties([], elements.contained ?? [])
  const { status, start, end, appointmentType, serviceType = [], participant = [] } = elements
  const type = appointmentType ? [appointmentType] : []
  return heldRowOf(held, related, {
    when: timeOf(elements),
    status,
    // What came of it has versions of its own; how it is held may be told by that alone.
    content: contentOf({
      ...{ status, start, end, mode: modeOf(elements, []) },
      type: [...type, ...serviceType].map((one) => tokensOf([one])),
      participant: participant.map((one) => [parties.partyOf(one.actor), one.status]),
    }),
    facets: { mode: [modeOf(elements, encounters)] },
    codes: tokensOf([...type, ...serviceType, ...(elements.reasonCode ?? [])]),
  })
}
