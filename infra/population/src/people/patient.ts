import type { ConditionKey } from '../conditions/condition.js'
import type { Devices } from '../course/devices.js'
import type { Timeline } from '../course/timeline.js'
import type { Place } from '../fhir/parties.js'
import type { MadePerson } from './make-person.js'

/** As what an organisation measures: the municipality that follows at home, the hospital, the GP. */
export type Role = 'HOME' | 'HOSPITAL' | 'GP'

/** Days from one to another, both included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Everything about a patient that is settled before the first day. */
export interface Patient {
  readonly index: number
  /** Goes into local ids: tells nothing about the person. */
  readonly key: string
  readonly person: MadePerson
  readonly condition: ConditionKey
  readonly timeline: Timeline
  readonly devices: Devices
  readonly gaps: readonly Span[]
  readonly offline: readonly Span[]
  /** Weekday of day 0: 0 is Monday. */
  readonly firstWeekday: number
  /** First day in another municipality. */
  readonly movedOn: number | undefined
  placeOn(day: number, role: Role): Place
}
