import { symptoms, temperature, weight } from '../fhir/readings.js'
import type { Condition, Scene, Today } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

const USUAL: Profile = {
  oxygenSaturation: [96.5, -4, 0.7],
  pulse: [78, 34, 4],
  respirationRate: [15.5, 8, 1],
  temperature: [36.6, 2.3, 0.15],
  systolic: [126, -20, 6],
  diastolic: [76, -10, 4],
}

/** Days from one treatment to the next. */
const CYCLE = 21
const FORM = 'ESAS-r, sum 0–90'

/** How much each symptom is there as a rule, in the days after treatment, and at the worst (0 to 10). */
const SYMPTOMS: Readonly<
  Record<string, readonly [usual: number, treated: number, atWorst: number]>
> = {
  Smerte: [2, 0.5, 3],
  Slapphet: [3, 3.5, 4],
  Døsighet: [2, 2, 3],
  Kvalme: [1, 4.5, 2],
  Matlyst: [2, 3.5, 4],
  'Tung pust': [1, 0.5, 5],
  Depresjon: [2, 0.5, 2],
  Angst: [2, 1, 3],
  Velvære: [3, 2, 4],
}

/** Cancer follow-up: answers about symptoms, which swing with the treatments; fever where defence is low. */
export const cancer: Condition = {
  weight: 12,
  years: [1940, 1990],
  courses: { STABLE: 46, SLOW_DECLINE: 20, EXACERBATION: 10, ADMISSION: 14, DEATH: 10 },
  devices: ['thermometer', 'scale'],
  begin(scene) {
    const { random } = scene
    const profile = personal(USUAL, random)
    const kilograms = random.near(73, 11)
    const first = random.whole(1, CYCLE)
    return (today) => {
      if (today.care !== 'HOME') return dayInCare(scene, today, profile)
      const since = (((today.day - first) % CYCLE) + CYCLE) % CYCLE
      const loss = today.day / 110 + 2 * today.severity
      dayAtHome(scene, today, profile, since, Math.max(38, kilograms - loss))
    }
  },
}

function dayAtHome(
  scene: Scene,
  today: Today,
  profile: Profile,
  since: number,
  kilograms: number,
): void {
  const { recorder, random } = scene
  const signs = signsOf(profile, today, random, 1)
  const sitting = recorder.atHome(today.day, 18)
  if (!sitting) return
  sitting.take(0, 'thermometer', (when, shown) => temperature(when, shown(signs.temperature)))
  if (today.day % 7 === 3) {
    sitting.take(2, 'scale', (when, shown) => weight(when, shown(random.near(kilograms, 0.3))))
  }
  if (since < 6 || today.day % 3 === 0) {
    sitting.take(4, undefined, (when) => symptoms(when, answers(scene, today, since), FORM))
  }
}

/** Worst on the third day after treatment, gone after a week. */
function answers(
  { random }: Scene,
  { severity, wobble }: Today,
  since: number,
): Readonly<Record<string, number>> {
  const treated = Math.max(0, 1 - Math.abs(since - 2) / 5)
  const answered = Object.entries(SYMPTOMS).map(([symptom, [usual, after, atWorst]]) => {
    const value = usual + after * treated + atWorst * severity + 0.5 * wobble + random.near(0, 0.7)
    return [symptom, Math.min(10, Math.max(0, Math.round(value)))] as const
  })
  return Object.fromEntries(answered)
}
