import { bloodPressure, glucose, hba1c, weight } from '../fhir/readings.js'
import type { Sitting } from '../record/recorder.js'
import type { Condition, Scene, Today } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

const USUAL: Profile = {
  oxygenSaturation: [97, -3, 0.7],
  pulse: [74, 20, 4],
  respirationRate: [15, 6, 1],
  temperature: [36.6, 1.2, 0.2],
  systolic: [139, -8, 7],
  diastolic: [81, -4, 4],
}

/** Before and after meals, and at bedtime: hour, and what the meal adds (mmol/L). */
const MOMENTS = [
  [7, 0],
  [10, 2.6],
  [16, 0.7],
  [19, 3],
  [22, 1.2],
] as const

/** What a control needs of the time before it. */
interface Sugar {
  /** Mean of the last three months, weighted towards the last weeks (mmol/L). */
  mean: number
}

/** Diabetes: glucose goes with meals and infections, HbA1c with the months before it. */
export const diabetes: Condition = {
  weight: 22,
  years: [1938, 1992],
  courses: { STABLE: 52, SLOW_DECLINE: 20, EXACERBATION: 20, ADMISSION: 6, DEATH: 2 },
  devices: ['glucometer', 'cuff', 'scale'],
  begin(scene) {
    const { random } = scene
    const profile = personal(USUAL, random)
    const fasting = random.between(6, 9.2)
    const kilograms = random.near(91, 14)
    const control = random.whole(1, 84)
    // Some measure five times a day, others when they get up and at one other time.
    const isEager = random.chance(0.45)
    const sugar: Sugar = { mean: fasting + 1.5 }
    return (today) => {
      const level = fasting + 5 * today.severity + 0.6 * today.wobble
      sugar.mean += (level + 1.5 - sugar.mean) / 40
      if (today.care === 'HOME') {
        const second = 1 + (today.day % 4)
        const moments = MOMENTS.filter((_, at) => isEager || at === 0 || at === second)
        for (const [hour, meal] of moments) measure(scene, today, profile, hour, level + meal)
        if (today.day % 7 === 2) weigh(scene, today, kilograms)
      } else dayInCare(scene, today, profile)
      if (today.day % 85 === control) consultation(scene, today, profile, sugar)
    }
  },
}

function measure(scene: Scene, today: Today, profile: Profile, hour: number, level: number): void {
  const { recorder, random } = scene
  const value = Math.max(2.4, random.near(level, 1.1))
  const sitting = recorder.atHome(today.day, hour)
  if (!sitting) return
  sitting.take(0, 'glucometer', (when, shown) => ({
    ...glucose(when, Math.max(1.5, shown(value))),
    ...(value < 4 && { note: 'Følte meg skjelven, tok juice.' }),
  }))
  if (hour === 7 && today.day % 2 === 0) pressure(scene, today, profile, sitting, 'cuff')
}

function pressure(
  { random }: Scene,
  today: Today,
  profile: Profile,
  sitting: Sitting,
  device?: 'cuff',
): void {
  const { systolic, diastolic } = signsOf(profile, today, random)
  sitting.take(6, device, (when, shown) =>
    bloodPressure(when, sitting.place, shown(systolic), diastolic),
  )
}

function weigh({ recorder, random }: Scene, { day }: Today, kilograms: number): void {
  const value = random.near(kilograms - day / 200, 0.4)
  recorder.atHome(day, 7)?.take(9, 'scale', (when, shown) => weight(when, shown(value)))
}

/** Estimated HbA1c of a mean glucose: NGSP (%) = (mmol/L + 2.59) / 1.59 (ADAG), IFCC = (NGSP − 2.152) / 0.09148. */
function consultation(scene: Scene, today: Today, profile: Profile, { mean }: Sugar): void {
  if (today.care !== 'HOME') return
  const { random, recorder } = scene
  const sitting = recorder.byStaff(today.day, 'GP', 13, 30)
  const perMole = ((mean + 2.59) / 1.59 - 2.152) / 0.09148
  const unit = random.chance(0.2) ? '%' : 'mmol/mol'
  sitting.take(0, undefined, (when) => hba1c(when, random.near(perMole, 1.5), unit))
  sitting.take(0, undefined, (when) => glucose(when, Math.max(3, random.near(mean, 0.8))))
  pressure(scene, today, profile, sitting)
}
