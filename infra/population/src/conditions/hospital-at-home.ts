import { oxygenSaturation, pulse, temperature } from '../fhir/readings.js'
import type { Condition } from './condition.js'
import { dayInCare } from './inpatient.js'
import { type Profile, personal, signsOf } from './signs.js'

/** Before and after there is little to measure: as many days are told of at each end of the stay. */
const DAYS_AROUND = 14

const USUAL: Profile = {
  oxygenSaturation: [96.5, -7, 0.8],
  pulse: [76, 30, 4],
  respirationRate: [15.5, 9, 1],
  temperature: [36.7, 2.1, 0.2],
  systolic: [131, -18, 6],
  diastolic: [77, -9, 4],
}

/** Hospital at home: an infection that the hospital treats there, with rounds four times a day. */
export const hospitalAtHome: Condition = {
  weight: 6,
  years: [1934, 1995],
  courses: { HOSPITAL_AT_HOME: 92, ADMISSION: 8 },
  devices: ['oximeter', 'thermometer'],
  begin(scene) {
    const { random, recorder } = scene
    const profile = personal(USUAL, random)
    let lastInCare = -DAYS_AROUND
    return (today) => {
      if (today.care !== 'HOME') {
        lastInCare = today.day
        return dayInCare(scene, today, profile)
      }
      const isNear = today.severity > 0 || today.day - lastInCare <= DAYS_AROUND
      const signs = signsOf(profile, today, random)
      const sitting = isNear ? recorder.atHome(today.day, 9) : undefined
      sitting?.take(0, 'thermometer', (when, shown) => temperature(when, shown(signs.temperature)))
      sitting?.take(2, 'oximeter', (when, shown) =>
        oxygenSaturation(when, shown(signs.oxygenSaturation)),
      )
      sitting?.take(2, 'oximeter', (when) => pulse(when, signs.pulse))
    }
  },
}
