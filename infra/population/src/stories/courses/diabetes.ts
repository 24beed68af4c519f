import { type OrganizationKey, patients } from '@kilde/people'
import { type Calendar, createCalendar, later } from '../../calendar.js'
import { bloodPressure, devices, glucose, height, pulse, weight } from '../../fhir/readings.js'
import { createRandom, type Random } from '../../random.js'
import { type Chart, type ChartWriter, createChartWriter } from '../chart.js'
import { places } from '../places.js'

const DAYS = 365

interface Scene {
  readonly chart: ChartWriter
  readonly calendar: Calendar
  readonly random: Random
}

/** Diabetes and hypertension over a year: self-measurements, visits of the private home care, and the GP. */
export function diabetesCourse(until: Date): Chart {
  const scene: Scene = {
    chart: createChartWriter(patients.diabetes, 'diabetes'),
    calendar: createCalendar(until, DAYS),
    random: createRandom('diabetes'),
  }
  for (let day = 1; day <= DAYS; day++) {
    selfMeasurements(scene, day)
    if ((DAYS - day) % 3 === 0) visit(scene, day)
    if ((DAYS - day) % 28 === 0) consultation(scene, day)
  }
  return scene.chart.chart()
}

/** Before breakfast, after it, before dinner, after it, at bedtime: hour, and what the meal adds (mmol/L). */
const MOMENTS = [
  [7, 0],
  [10, 2.6],
  [16, 0.6],
  [19, 3.1],
  [22, 1.2],
] as const

function selfMeasurements({ chart, calendar, random }: Scene, day: number): void {
  for (const [hour, meal] of MOMENTS) {
    if (random.chance(0.05)) continue
    const at = calendar.at(day, hour, random.whole(0, 50), random.whole(0, 59))
    const value = Math.max(2.6, random.around(fasting(day) + meal, 1.1))
    const low = value < 4 ? { note: 'Følte meg skjelven, tok juice.' } : {}
    chart.write('municipality', {
      ...glucose({ at, author: 'patient', device: devices.glucometer }, value),
      ...low,
    })
    if (hour === 7) morning({ chart, calendar, random }, day, later(at, 10))
    if (hour === 19) pressure({ chart, calendar, random }, 'municipality', day, later(at, 15))
  }
}

/** Better after the change of medicine in the fifth month, and again a little worse in the last weeks (mmol/L). */
const fasting = (day: number) =>
  8.4 - 1.6 / (1 + Math.exp((150 - day) / 12)) + Math.max(0, day - 330) / 40

const weightOn = (random: Random, day: number) => random.around(96 - day / 80, 0.35)

function morning(scene: Scene, day: number, at: string): void {
  pressure(scene, 'municipality', day, at)
  const onScale = { at: later(at, 5), author: 'patient' as const, device: devices.scale }
  scene.chart.write('municipality', weight(onScale, weightOn(scene.random, day)))
}

function pressure(
  { chart, random }: Scene,
  organization: OrganizationKey,
  day: number,
  at: string,
): void {
  const author = organization === 'municipality' ? ('patient' as const) : ('staff' as const)
  const when = { at, author, device: devices.cuff }
  const systolic = Math.round(random.around(148 - 12 / (1 + Math.exp((200 - day) / 15)), 9))
  const diastolic = Math.round(systolic * 0.58 + random.around(0, 3))
  chart.write(organization, bloodPressure(when, places[organization], systolic, diastolic))
  chart.write(organization, pulse(when, Math.round(random.around(74, 6))))
}

/** The private home care's devices tell grams and mg/dL. */
function visit(scene: Scene, day: number): void {
  const { chart, calendar, random } = scene
  const at = calendar.at(day, 12, random.whole(0, 59))
  const when = (minutes: number, device: string) => ({
    at: later(at, minutes),
    author: 'staff' as const,
    device,
  })
  chart.write(
    'homeCare',
    glucose(when(0, devices.glucometer), random.around(fasting(day) + 1.5, 1), 'mg/dL'),
  )
  pressure(scene, 'homeCare', day, later(at, 3))
  chart.write('homeCare', weight(when(9, devices.scale), weightOn(random, day), 'g'))
}

function consultation(scene: Scene, day: number): void {
  const { chart, calendar, random } = scene
  const at = calendar.at(day, 13, 30)
  chart.write('gp', glucose({ at, author: 'staff' }, random.around(fasting(day) + 1, 0.8)))
  pressure(scene, 'gp', day, later(at, 5))
  chart.write('gp', weight({ at: later(at, 10), author: 'staff' }, weightOn(random, day)))
  if (day < 28) chart.write('gp', height({ at: later(at, 11), author: 'staff' }, 179))
}
