import { createHash } from 'node:crypto'
import type { Condition, ConditionKey } from '../conditions/condition.js'
import { conditions } from '../conditions/index.js'
import { type Devices, devicesOf, makeChange, makeWrongClock } from '../course/devices.js'
import { timelineOf } from '../course/timeline.js'
import type { Place } from '../fhir/parties.js'
import { createRandom, type Random } from '../random.js'
import type { World } from '../world.js'
import { makePerson } from './make-person.js'
import type { Patient, Role, Span } from './patient.js'

const weights = Object.fromEntries(
  Object.entries(conditions).map(([key, { weight }]) => [key, weight]),
) as Record<ConditionKey, number>

/** Settles who a patient is and what will happen. Depends on seed and place in the series, not on how many others there are. */
export function makePatient(world: World, index: number): Patient {
  const { seed, days, shares } = world
  const random = createRandom(`${seed} patient ${index}`)
  const condition = random.weighted(weights)
  const rules = conditions[condition]
  const by2032 = random.chance(shares.numbersOf2032)
  const movedOn = movedOnOf(world, random)
  return {
    ...{ index, condition, movedOn },
    key: `${tagOf(seed)}-${index + 1}`,
    person: makePerson(seed, index, rules.years, by2032, random),
    timeline: timelineOf(random.weighted(rules.courses), days, random),
    devices: makeDevices(rules, world, random),
    gaps: spans(shares.gaps, days, [7, 21], 30, random),
    offline: spans(shares.offline, days, [0, 3], 5, random),
    firstWeekday: weekdayBefore(world.calendar.date(1)),
    placeOn: placesOf(world, movedOn, random),
  }
}

/** Tells populations of two seeds apart where both are loaded. */
const tagOf = (seed: string): string => createHash('sha256').update(seed).digest('hex').slice(0, 6)

function makeDevices({ devices }: Condition, { days, shares }: World, random: Random): Devices {
  const change = random.chance(shares.deviceChanges)
    ? makeChange(devices, random.whole(1, days), random)
    : undefined
  const wrong = random.chance(shares.wrongClocks)
    ? makeWrongClock(devices, days, random)
    : undefined
  return devicesOf(change, wrong)
}

function movedOnOf({ days, municipalities, shares }: World, random: Random): number | undefined {
  const moves = random.chance(shares.moves)
  return moves && municipalities.length > 1 && days >= 10 ? random.whole(4, days - 3) : undefined
}

/** About one for each half-year. Short times have no room for them. */
function spans(
  share: number,
  days: number,
  [shortest, longest]: readonly [number, number],
  least: number,
  random: Random,
): readonly Span[] {
  if (!random.chance(share) || days < least) return []
  return Array.from({ length: 1 + Math.floor(days / 180) }, () => {
    const from = random.whole(2, days - 1)
    return { from, to: Math.min(days, from + random.whole(shortest, longest)) }
  })
}

/** Part of those whom a private supplier follows on behalf of their municipality. */
const SUPPLIED = 0.2

function placesOf(world: World, movedOn: number | undefined, random: Random): Patient['placeOn'] {
  const { municipalities, suppliers } = world
  const count = municipalities.length
  const first = random.whole(0, count - 1)
  const second = (first + random.whole(1, Math.max(1, count - 1))) % count
  const own = municipalities[first] ?? municipalities[0]
  const home = random.chance(SUPPLIED) ? random.pick(suppliers) : own
  const next = municipalities[second] ?? own
  // People of one municipality go to one hospital.
  const hospital = world.hospitals[first % world.hospitals.length] ?? world.hospitals[0]
  const practice = random.pick(world.practices)
  const staff: Readonly<Record<Exclude<Role, 'HOME'>, Place>> = { HOSPITAL: hospital, GP: practice }
  return (day, role) => {
    if (role !== 'HOME') return staff[role]
    return movedOn !== undefined && day >= movedOn ? next : home
  }
}

/** 0 is Monday. */
const weekdayBefore = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 5) % 7
