import { type Effective, effectiveOf } from '../../map/effective.js'
import type { Concept } from '../../map/elements.js'
import type { DispenseElements } from './elements.js'

/** What a dispenser did, by VKP's codes (target-architecture B8). */
export const DISPENSE_EVENTS = 'http://ehelse.no/fhir/CodeSystem/vkp-medicationdispense-events-v090'

const EVENTS: Readonly<Record<string, string>> = {
  '1': 'DISPENSED',
  '1.1': 'DISPENSED_UNASSISTED',
  '1.2': 'DISPENSED_ASSISTED',
  '1.3': 'AS_NEEDED_DISPENSED',
  '2': 'TRAVEL_DISPENSED',
  '2.1': 'TRAVEL_DISPENSED_UNASSISTED',
  '2.2': 'TRAVEL_DISPENSED_ASSISTED',
  '3': 'MESSAGE_TO_USER',
}

/** Undefined for a code that VKP does not have: what happened is never guessed. */
export function eventOf(category: Concept | undefined): string | undefined {
  const coding = category?.coding?.find(({ system }) => system === DISPENSE_EVENTS)
  return coding?.code === undefined ? undefined : EVENTS[coding.code]
}

type Times = Pick<DispenseElements, 'whenHandedOver' | 'whenPrepared' | 'meta'>

/** When it was handed over, else prepared; else when this was written down. Undefined: no time can be read. */
export function whenOf({ whenHandedOver, whenPrepared, meta }: Times): Effective | undefined {
  const sent = whenHandedOver ?? whenPrepared
  const happened = sent === undefined ? undefined : effectiveOf({ effectiveDateTime: sent })
  if (happened) return happened
  return meta?.lastUpdated === undefined ? undefined : effectiveOf({ issued: meta.lastUpdated })
}
