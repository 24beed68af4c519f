import { bloodPressure, creatinine, pulse } from '../fhir/readings.js'
import type { Condition, Scene, Today } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

const USUAL: Profile = {
  oxygenSaturation: [97, -3, 0.6],
  pulse: [72, 14, 4],
  respirationRate: [15, 5, 1],
  temperature: [36.5, 0.8, 0.2],
  systolic: [154, 22, 7],
  diastolic: [91, 11, 4],
}

/** When a dose was raised, and by how much pressure falls for it (mmHg). */
interface Step {
  readonly day: number
  readonly fall: number
}

/** Hypertension: pressure falls within three weeks of each step of the treatment, and is lower in the evening. */
export const hypertension: Condition = {
  weight: 18,
  years: [1938, 1984],
  courses: { STABLE: 70, SLOW_DECLINE: 18, EXACERBATION: 10, ADMISSION: 2 },
  devices: ['cuff'],
  begin(scene) {
    const { random, days } = scene
    const profile = personal(USUAL, random)
    const steps: readonly Step[] = Array.from({ length: random.whole(1, 3) }, (_, index) => ({
      day: 5 + index * 35 + random.whole(0, Math.max(1, Math.floor(days / 6))),
      fall: random.between(6, 12),
    }))
    return (today) => {
      const treated = fallen(profile, steps, today.day)
      if (today.care === 'HOME') dayAtHome(scene, today, treated)
      else dayInCare(scene, today, treated)
      if (steps.some(({ day }) => day === today.day)) consultation(scene, today, treated)
    }
  },
}

function fallen(profile: Profile, steps: readonly Step[], day: number): Profile {
  const fall = steps.reduce(
    (sum, step) => sum + step.fall * Math.min(1, Math.max(0, (day - step.day) / 21)),
    0,
  )
  const [systolic, atWorst, deviation] = profile.systolic
  const [diastolic, diastolicAtWorst, diastolicDeviation] = profile.diastolic
  return {
    ...profile,
    systolic: [systolic - fall, atWorst, deviation],
    diastolic: [diastolic - fall * 0.5, diastolicAtWorst, diastolicDeviation],
  }
}

function dayAtHome({ recorder, random }: Scene, today: Today, profile: Profile): void {
  for (const hour of [7, 20]) {
    const signs = signsOf(profile, today, random)
    const sitting = recorder.atHome(today.day, hour)
    if (!sitting) continue
    const lower = hour === 20 ? 4 : 0
    sitting.take(0, 'cuff', (when, shown) =>
      bloodPressure(
        when,
        sitting.place,
        shown(signs.systolic - lower),
        signs.diastolic - lower / 2,
      ),
    )
    sitting.take(0, 'cuff', (when) => pulse(when, signs.pulse))
  }
}

/** A white coat raises pressure. */
function consultation({ recorder, random }: Scene, today: Today, profile: Profile): void {
  if (today.care !== 'HOME') return
  const signs = signsOf(profile, today, random)
  const sitting = recorder.byStaff(today.day, 'GP', 10, 40)
  sitting.take(0, undefined, (when) =>
    bloodPressure(when, sitting.place, signs.systolic + 7, signs.diastolic + 3),
  )
  sitting.take(3, undefined, (when) => creatinine(when, random.near(82, 9)))
}
