import type { VitalSigns } from '../fhir/news2.js'
import type { Random } from '../random.js'
import type { Today } from './condition.js'

/** Usual value, what is added at the worst, and how much it varies. */
type Line = readonly [usual: number, atWorst: number, deviation: number]

export type Sign = Exclude<keyof VitalSigns, 'onOxygen' | 'alertness'> | 'diastolic'
export type Profile = Readonly<Record<Sign, Line>>
export type Signs = VitalSigns & { readonly diastolic: number }

const BOUNDS: Readonly<Record<Sign, readonly [number, number]>> = {
  oxygenSaturation: [62, 100],
  pulse: [38, 175],
  respirationRate: [8, 44],
  temperature: [34.6, 41],
  systolic: [76, 225],
  diastolic: [42, 130],
}

/** People differ from each other more than from themselves. */
export function personal(profile: Profile, random: Random): Profile {
  const lines = Object.entries(profile).map(([sign, [usual, atWorst, deviation]]) => {
    const spread = sign === 'temperature' ? 0.15 : deviation * 1.6
    const line: Line = [
      usual + random.near(0, spread),
      atWorst * random.between(0.8, 1.15),
      deviation,
    ]
    return [sign, line]
  })
  return Object.fromEntries(lines) as Record<Sign, Line>
}

/**
 * The vital signs of a moment. One bad day shows in all of them, each in the direction in which getting worse shows.
 * @param evening 0 in the morning, 1 in the evening: the body is 0.3 °C warmer then
 */
export function signsOf(profile: Profile, today: Today, random: Random, evening = 0): Signs {
  const of = (sign: Sign): number => {
    const [usual, atWorst, deviation] = profile[sign]
    const [low, high] = BOUNDS[sign]
    const towards = atWorst < 0 ? -1 : 1
    const chance = deviation * (0.6 * towards * today.wobble + 0.8 * random.near(0, 1))
    return Math.min(high, Math.max(low, usual + atWorst * today.severity + chance))
  }
  return {
    oxygenSaturation: Math.round(of('oxygenSaturation')),
    pulse: Math.round(of('pulse')),
    respirationRate: Math.round(of('respirationRate')),
    temperature: Number((of('temperature') + 0.3 * evening).toFixed(1)),
    systolic: Math.round(of('systolic')),
    diastolic: Math.round(of('diastolic')),
    alertness: today.severity > 0.9 && random.chance(0.3) ? 'C' : 'A',
    onOxygen: false,
  }
}
