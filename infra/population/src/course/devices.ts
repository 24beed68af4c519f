import { devices } from '../fhir/readings.js'
import type { Random } from '../random.js'

export type DeviceKind = keyof typeof devices

/** What replaces a device, and how far the second may measure from the first (in the unit of its readings). */
const REPLACEMENTS: Readonly<Record<DeviceKind, readonly [name: string, offset: number]>> = {
  oximeter: ['Masimo MightySat', 1.4],
  cuff: ['Omron M7 Intelli IT', 6],
  scale: ['Beurer BF 720', 0.8],
  thermometer: ['Beurer FT 95', 0.25],
  glucometer: ['Accu-Chek Instant', 0.5],
  spirometer: ['MIR Spirobank Smart', 0.06],
  peakFlowMeter: ['Microlife PF 200 BT', 12],
}

export interface Change {
  readonly kind: DeviceKind
  /** First day of the new device. */
  readonly day: number
  readonly offset: number
}

/** A clock that is wrong by so many minutes, from one day to another (both included). */
export interface WrongClock {
  readonly kind: DeviceKind
  readonly from: number
  readonly to: number
  readonly minutes: number
}

export interface Devices {
  readonly change: Change | undefined
  readonly wrongClock: WrongClock | undefined
  nameOn(day: number, kind: DeviceKind): string
  /** What the device shows more than there is. */
  offsetOn(day: number, kind: DeviceKind): number
  /** Minutes that the device's clock is ahead. */
  clockOn(day: number, kind: DeviceKind): number
}

export function devicesOf(change: Change | undefined, wrongClock: WrongClock | undefined): Devices {
  const isNew = (day: number, kind: DeviceKind) => change?.kind === kind && day >= change.day
  return {
    change,
    wrongClock,
    nameOn: (day, kind) => (isNew(day, kind) ? REPLACEMENTS[kind][0] : devices[kind]),
    offsetOn: (day, kind) => (isNew(day, kind) ? (change?.offset ?? 0) : 0),
    clockOn(day, kind) {
      const { from = 0, to = -1, minutes = 0 } = wrongClock ?? {}
      return wrongClock?.kind === kind && day >= from && day <= to ? minutes : 0
    },
  }
}

export function makeChange(
  kinds: readonly [DeviceKind, ...DeviceKind[]],
  day: number,
  random: Random,
): Change {
  const kind = random.pick(kinds)
  const [, most] = REPLACEMENTS[kind]
  const offset = most * random.between(0.5, 1)
  return { kind, day, offset: random.chance(0.5) ? offset : -offset }
}

const YEAR_MINUTES = 525_600

/** Three years ahead, or thrown back by an empty battery. */
export function makeWrongClock(
  kinds: readonly [DeviceKind, ...DeviceKind[]],
  days: number,
  random: Random,
): WrongClock {
  const from = random.whole(1, days)
  const years = random.chance(0.5) ? 3 : -random.whole(5, 15)
  return {
    kind: random.pick(kinds),
    from,
    to: from + random.whole(3, 20),
    minutes: years * YEAR_MINUTES,
  }
}
