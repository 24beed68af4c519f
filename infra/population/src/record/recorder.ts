import type { MeasurementKind } from '@kilde/contract'
import { type Calendar, later } from '../calendar.js'
import type { DeviceKind } from '../course/devices.js'
import { observationOf, type Reading } from '../fhir/observation.js'
import type { Place } from '../fhir/parties.js'
import type { Patient, Role } from '../people/patient.js'
import type { Random } from '../random.js'
import type { Shares } from '../shares.js'
import { type Entry, type Incidents, noIncidents } from './entry.js'
import { slipped } from './slip.js'

/** Who measured, when and with what. */
export type When = Pick<Reading, 'at' | 'author'> & {
  readonly at: string
  readonly device?: string
}

/** Somebody measures: one sitting, at one place. */
export interface Sitting {
  readonly place: Place
  /**
   * @param minutes after the sitting began
   * @param make gets the time that the device tells, and what it shows of a true value
   */
  take(
    minutes: number,
    device: DeviceKind | undefined,
    make: (when: When, shown: (value: number) => number) => Reading,
  ): void
}

/** Writes what is measured of one patient, with everything that goes wrong on the way. */
export interface Recorder {
  /** The patient sits down to measure at home; undefined where nothing comes of it. */
  atHome(day: number, hour: number): Sitting | undefined
  byStaff(day: number, role: Role, hour: number, minute?: number): Sitting
  readonly entries: readonly Entry[]
  readonly incidents: Incidents
}

export interface RecorderParts {
  readonly patient: Patient
  readonly calendar: Calendar
  readonly random: Random
  readonly shares: Shares
}

export function createRecorder(parts: RecorderParts): Recorder {
  const { patient, calendar, random, shares } = parts
  const entries: Entry[] = []
  const incidents: Incidents = { ...noIncidents(), gaps: patient.gaps.length }
  const sitting = (day: number, place: Place, author: Entry['author'], start: string): Sitting => ({
    place,
    take(minutes, device, make) {
      const id = `${patient.key}-${entries.length + 1}`
      const made = { day, place, author, id, device, measuredAt: later(start, minutes) }
      entries.push(entryOf(parts, incidents, made, make))
    },
  })
  return {
    entries,
    incidents,
    atHome(day, hour) {
      if (patient.gaps.some(({ from, to }) => day >= from && day <= to)) return undefined
      const isWeekend = (patient.firstWeekday + day) % 7 >= 5
      if (random.chance(isWeekend ? shares.missed * 1.8 : shares.missed * 0.68)) {
        incidents.missed += 1
        return undefined
      }
      // People sleep in.
      const late = isWeekend && hour < 12 ? random.whole(20, 80) : random.whole(0, 50)
      const start = later(calendar.at(day, hour, 0, random.whole(0, 59)), late)
      return sitting(day, patient.placeOn(day, 'HOME'), 'patient', start)
    },
    byStaff(day, role, hour, minute = random.whole(0, 25)) {
      return sitting(day, patient.placeOn(day, role), 'staff', calendar.at(day, hour, minute))
    },
  }
}

interface Made {
  readonly day: number
  readonly place: Place
  readonly author: Entry['author']
  readonly id: string
  readonly device: DeviceKind | undefined
  readonly measuredAt: string
}

function entryOf(
  { patient, random, shares }: RecorderParts,
  incidents: Incidents,
  made: Made,
  make: Parameters<Sitting['take']>[2],
): Entry {
  const { day, place, author, id, device, measuredAt } = made
  const isOwn = author === 'patient' && device !== undefined
  const wrong = isOwn ? patient.devices.clockOn(day, device) : 0
  const when: When = {
    at: wrong === 0 ? measuredAt : later(measuredAt, wrong),
    author,
    ...(isOwn && { device: patient.devices.nameOn(day, device) }),
  }
  const offset = isOwn ? patient.devices.offsetOn(day, device) : 0
  const reading = make(when, (value) => value + offset)
  const slip = isOwn && random.chance(shares.implausible) ? slipped(reading) : undefined
  const delay = author === 'patient' ? delayOn(patient, day, random) : 1
  const isInstant = typeof reading.at !== 'string' || reading.at.length > 10
  const issued = isInstant && (delay > 1 || wrong !== 0) ? later(measuredAt, delay) : undefined
  const measuredMs = Date.parse(measuredAt)
  if (slip) incidents.implausible += 1
  if (wrong !== 0) incidents.wrongClock += 1
  if (isInstant && delay > LATE_MINUTES) incidents.late += 1
  const told = slip ?? reading
  return {
    ...{ place, author, measuredMs },
    kind: told.kind satisfies MeasurementKind,
    observation: observationOf(patient.person, place, id, {
      ...told,
      ...(issued !== undefined && { more: { ...told.more, issued } }),
    }),
    what: 'ORIGINAL',
    arrivedMs: measuredMs + delay * 60_000,
  }
}

const LATE_MINUTES = 12 * 60

/** Without connection, what was measured comes in a lump once it is back, in no order. */
function delayOn(patient: Patient, day: number, random: Random): number {
  const without = patient.offline.find(({ from, to }) => day >= from && day <= to)
  return without ? (without.to + 1 - day) * 1_440 + random.whole(0, 240) : 1
}
