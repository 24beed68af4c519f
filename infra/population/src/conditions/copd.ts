import { later } from '../calendar.js'
import {
  bloodPressure,
  fev1,
  oxygenSaturation,
  pulse,
  questionnaireScore,
  respirationRate,
  temperature,
  weight,
} from '../fhir/readings.js'
import type { Condition, Scene, Today } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

const USUAL: Profile = {
  oxygenSaturation: [91.5, -8, 0.9],
  pulse: [79, 30, 4],
  respirationRate: [17.5, 9, 1.2],
  temperature: [36.6, 1.5, 0.2],
  systolic: [134, -10, 6],
  diastolic: [78, -4, 4],
}
const TARGET = [88, 92] as const

/** Chronic obstructive pulmonary disease: in an exacerbation saturation falls, pulse, respiration and temperature rise together. */
export const copd: Condition = {
  weight: 24,
  years: [1936, 1968],
  courses: {
    STABLE: 34,
    SLOW_DECLINE: 18,
    EXACERBATION: 22,
    ADMISSION: 14,
    HOSPITAL_AT_HOME: 7,
    DEATH: 5,
  },
  devices: ['oximeter', 'cuff', 'thermometer', 'scale'],
  begin(scene) {
    const { random } = scene
    const profile = personal(USUAL, random)
    const start = random.near(66, 11)
    const litres = random.between(0.8, 1.9)
    const control = random.whole(20, 80)
    return (today) => {
      const kilograms = Math.max(38, start - today.day / 120 - today.severity)
      if (today.care === 'HOME') dayAtHome(scene, today, profile, kilograms)
      else dayInCare(scene, today, profile)
      if (today.day % 90 === control) clinic(scene, today, litres)
    }
  },
}

function dayAtHome(scene: Scene, today: Today, profile: Profile, kilograms: number): void {
  const { recorder, random } = scene
  const isWorse = today.severity > 0.2
  for (const hour of isWorse ? [8, 14, 20] : [8, 20]) {
    const signs = signsOf(profile, today, random, hour > 12 ? 1 : 0)
    const sitting = recorder.atHome(today.day, hour)
    if (!sitting) continue
    const { place } = sitting
    sitting.take(0, 'oximeter', (when, shown) => ({
      ...oxygenSaturation(when, shown(signs.oxygenSaturation), TARGET),
      ...breathless(today, hour),
    }))
    sitting.take(0, 'oximeter', (when) => pulse(when, signs.pulse))
    if (hour !== 8) continue
    sitting.take(2, undefined, (when) => respirationRate(when, signs.respirationRate))
    if (isWorse || today.day % 7 === 1) {
      sitting.take(4, 'thermometer', (when, shown) => temperature(when, shown(signs.temperature)))
    }
    if (today.day % 3 === 1) {
      sitting.take(6, 'cuff', (when, shown) =>
        bloodPressure(when, place, shown(signs.systolic), signs.diastolic),
      )
    }
    if (today.day % 7 === 1) {
      sitting.take(8, 'scale', (when, shown) => weight(when, shown(random.near(kilograms, 0.25))))
      sitting.take(10, undefined, (when) => assessment(when, today, random.near(0, 1.5)))
    }
  }
}

const breathless = ({ severity }: Today, hour: number): { note?: string } =>
  severity > 0.5 && hour === 8 ? { note: 'Tung i pusten i natt, lite søvn.' } : {}

/** A form says the day alone. */
function assessment(
  when: Parameters<typeof questionnaireScore>[0] & { readonly at: string },
  { severity }: Today,
  chance: number,
) {
  const score = Math.min(40, Math.max(2, Math.round(17 + 17 * severity + chance)))
  return questionnaireScore({ ...when, at: when.at.slice(0, 10) }, score, 'CAT, 0–40')
}

/** Spirometry takes a quarter of an hour: a period, not an instant. */
function clinic({ recorder, random }: Scene, { day, severity, care }: Today, litres: number): void {
  if (care !== 'HOME') return
  recorder.byStaff(day, 'HOSPITAL', 11, 15).take(0, undefined, (when) => {
    const at = { start: when.at, end: later(when.at, 15) }
    return fev1(
      { ...when, at },
      Math.max(0.4, litres * (1 - 0.25 * severity) + random.near(0, 0.03)),
    )
  })
}
