import { consciousness, news2 } from '../fhir/news2.js'
import type { Reading } from '../fhir/observation.js'
import {
  bloodPressure,
  oxygenSaturation,
  pulse,
  respirationRate,
  temperature,
} from '../fhir/readings.js'
import type { Scene, Today } from './condition.js'
import { type Profile, type Signs, signsOf } from './signs.js'

/** Rounds of a ward, or of the hospital's team at the patient's home. */
const ROUNDS = { WARD: [2, 6, 10, 14, 18, 22], HOSPITAL_AT_HOME: [8, 13, 18, 21] } as const

/** A day in the hospital's care: all vital signs and NEWS2 at each round. */
export function dayInCare(scene: Scene, today: Today, profile: Profile): void {
  const hours = today.care === 'WARD' ? ROUNDS.WARD : ROUNDS.HOSPITAL_AT_HOME
  for (const hour of hours) round(scene, today, hour, signsInCare(scene, today, profile))
}

/** Oxygen is given where it is needed, and helps. */
function signsInCare({ random }: Scene, today: Today, profile: Profile): Signs {
  const signs = signsOf(profile, today, random)
  const onOxygen = signs.oxygenSaturation < 90
  const oxygenSaturation = signs.oxygenSaturation + (onOxygen ? 4 : 0)
  return { ...signs, onOxygen, oxygenSaturation }
}

function round(scene: Scene, { day }: Today, hour: number, signs: Signs): void {
  const sitting = scene.recorder.byStaff(day, 'HOSPITAL', hour)
  const { place } = sitting
  sitting.take(0, undefined, (when) => oxygenSaturation(when, signs.oxygenSaturation))
  sitting.take(0, undefined, (when) => pulse(when, signs.pulse))
  sitting.take(1, undefined, (when) => respirationRate(when, signs.respirationRate))
  sitting.take(2, undefined, (when) => bloodPressure(when, place, signs.systolic, signs.diastolic))
  sitting.take(3, undefined, (when) => temperature(when, signs.temperature))
  sitting.take(4, undefined, (when) => consciousness(when, signs.alertness))
  sitting.take(5, undefined, (when) => perhapsMiscounted(scene, news2(when, signs)))
}

/** Somebody adds up wrongly, or changes a part and not the total. */
function perhapsMiscounted({ random, shares, recorder }: Scene, score: Reading): Reading {
  const { valueInteger: total = 0 } = score.value
  if (!random.chance(shares.scoreMismatches)) return score
  recorder.incidents.scoreMismatches += 1
  return { ...score, value: { valueInteger: total + random.whole(1, 3) } }
}
