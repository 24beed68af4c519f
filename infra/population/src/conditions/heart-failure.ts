import {
  bloodPressure,
  creatinine,
  oxygenSaturation,
  pulse,
  symptoms,
  weight,
} from '../fhir/readings.js'
import type { Condition, Scene, Today } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

const USUAL: Profile = {
  oxygenSaturation: [95.5, -5, 0.8],
  pulse: [71, 26, 4],
  respirationRate: [16, 8, 1],
  temperature: [36.5, 0.3, 0.2],
  systolic: [122, -14, 6],
  diastolic: [73, -7, 4],
}
/** Water that is kept at the worst (kg). */
const WATER = 4.5

/** Heart failure: water gathers for days before breath gets short; weight tells it first. */
export const heartFailure: Condition = {
  weight: 18,
  years: [1930, 1966],
  courses: {
    STABLE: 36,
    SLOW_DECLINE: 18,
    EXACERBATION: 24,
    ADMISSION: 14,
    HOSPITAL_AT_HOME: 3,
    DEATH: 5,
  },
  devices: ['scale', 'cuff', 'oximeter'],
  begin(scene) {
    const { random } = scene
    const profile = personal(USUAL, random)
    const dry = random.near(80, 13)
    const control = random.whole(10, 80)
    return (today) => {
      if (today.care === 'HOME') dayAtHome(scene, today, profile, dry + WATER * today.severity)
      else dayInCare(scene, today, profile)
      if (today.day % 90 === control) consultation(scene, today, profile)
    }
  },
}

function dayAtHome(scene: Scene, today: Today, profile: Profile, kilograms: number): void {
  const { recorder, random } = scene
  const signs = signsOf(profile, today, random)
  const sitting = recorder.atHome(today.day, 7)
  if (!sitting) return
  const { place } = sitting
  const thirst = 0.25 * today.wobble + random.near(0, 0.2)
  sitting.take(0, 'scale', (when, shown) => weight(when, shown(kilograms + thirst)))
  sitting.take(5, 'cuff', (when, shown) =>
    bloodPressure(when, place, shown(signs.systolic), signs.diastolic),
  )
  sitting.take(5, 'cuff', (when) => pulse(when, signs.pulse))
  if (today.day % 2 === 1 || today.severity > 0.3) {
    sitting.take(8, 'oximeter', (when, shown) =>
      oxygenSaturation(when, shown(signs.oxygenSaturation)),
    )
  }
  if (today.day % 3 === 0) {
    sitting.take(10, undefined, (when) => symptoms(when, answers(scene, today), 'Symptomer, 0–30'))
  }
}

function answers({ random }: Scene, { severity }: Today): Readonly<Record<string, number>> {
  const answer = (atWorst: number) =>
    Math.min(10, Math.max(0, Math.round(1 + atWorst * severity + random.near(0, 0.6))))
  return { 'Tung pust': answer(8), 'Hovne ben': answer(7), Slapphet: answer(7) }
}

function consultation(scene: Scene, today: Today, profile: Profile): void {
  if (today.care !== 'HOME') return
  const { random, recorder } = scene
  const signs = signsOf(profile, today, random)
  const sitting = recorder.byStaff(today.day, 'GP', 13, 10)
  sitting.take(0, undefined, (when) =>
    bloodPressure(when, sitting.place, signs.systolic, signs.diastolic),
  )
  sitting.take(2, undefined, (when) => creatinine(when, random.near(104 + 40 * today.severity, 12)))
}
