import { type OrganizationKey, patients } from '@kilde/people'
import { type Calendar, createCalendar, later } from '../../calendar.js'
import { consciousness, news2, type VitalSigns } from '../../fhir/news2.js'
import {
  bloodPressure,
  bodyMassIndex,
  breathing,
  devices,
  fev1,
  frailty,
  height,
  oxygenSaturation,
  peakFlow,
  pulse,
  questionnaireScore,
  respirationRate,
  temperature,
  weight,
} from '../../fhir/readings.js'
import { createRandom, type Random } from '../../random.js'
import { type Chart, type ChartWriter, createChartWriter } from '../chart.js'
import { places } from '../places.js'

const DAYS = 180
const MOVED = 61
const WORSE = 150
const ADMITTED = 158
const HOME_AGAIN = 166
/** SpO2 that is right for this patient (%): with COPD and retained carbon dioxide. */
const TARGET = [88, 92] as const

interface Scene {
  readonly chart: ChartWriter
  readonly calendar: Calendar
  readonly random: Random
}

/** COPD: two municipalities, an exacerbation from day 150, eight days in hospital, and controls at the lung clinic. */
export function copdCourse(until: Date): Chart {
  const scene: Scene = {
    chart: createChartWriter(patients.copd, 'copd'),
    calendar: createCalendar(until, DAYS),
    random: createRandom('copd'),
  }
  for (let day = 1; day <= DAYS; day++) {
    if (day < ADMITTED || day >= HOME_AGAIN) dayAtHome(scene, day)
    else dayInHospital(scene, day)
    if ([20, 75, 140, 173, 179].includes(day)) lungClinic(scene, day)
    if (day === 52) spirometry(scene, 'neighbour', day)
    if (day === 118) spirometry(scene, 'municipality', day)
  }
  return scene.chart.chart()
}

/** 0 is her usual state, 1 the worst on the day of admission. */
function severity(day: number): number {
  if (day < WORSE) return 0
  if (day < ADMITTED) return (day - WORSE + 1) / (ADMITTED - WORSE + 1)
  return Math.exp((ADMITTED - day) / 5)
}

function signsOn({ random }: Scene, day: number): VitalSigns & { readonly diastolic: number } {
  const worse = severity(day)
  return {
    oxygenSaturation: Math.round(random.around(91 - 8 * worse, 0.9)),
    pulse: Math.round(random.around(78 + 30 * worse, 5)),
    respirationRate: Math.round(random.around(18 + 9 * worse, 1.2)),
    temperature: Number(random.around(36.7 + 1.7 * worse, 0.2).toFixed(1)),
    systolic: Math.round(random.around(134 - 10 * worse, 7)),
    diastolic: Math.round(random.around(79 - 4 * worse, 5)),
    alertness: worse > 0.95 && random.chance(0.4) ? 'C' : 'A',
    onOxygen: false,
  }
}

function dayAtHome(scene: Scene, day: number): void {
  const { chart, calendar, random } = scene
  const home = day < MOVED ? 'neighbour' : 'municipality'
  for (const hour of [8, 14, 20]) {
    if (random.chance(0.03)) continue
    const at = calendar.at(day, hour, random.whole(0, 40), random.whole(0, 59))
    const signs = signsOn(scene, day)
    const by = (device: string, minutes: number) => ({
      at: later(at, minutes),
      author: 'patient' as const,
      device,
    })
    const note =
      severity(day) > 0.5 && hour === 8 ? { note: 'Tung i pusten i natt, lite søvn.' } : {}
    chart.write(home, {
      ...oxygenSaturation(by(devices.oximeter, 0), signs.oxygenSaturation, TARGET),
      ...note,
    })
    chart.write(home, pulse(by(devices.oximeter, 0), signs.pulse))
    if (hour === 14) continue
    chart.write(
      home,
      respirationRate({ at: later(at, 2), author: 'patient' }, signs.respirationRate),
    )
    chart.write(
      home,
      bloodPressure(by(devices.cuff, 4), places[home], signs.systolic, signs.diastolic),
    )
    if (hour === 20) continue
    chart.write(home, temperature(by(devices.thermometer, 6), signs.temperature))
    chart.write(home, weight(by(devices.scale, 8), weightOn(random, day)))
  }
  if (day % 7 === 0) {
    const score = Math.min(40, Math.round(random.around(19 + 15 * severity(day), 1)))
    chart.write(
      home,
      questionnaireScore({ at: calendar.date(day), author: 'patient' }, score, 'CAT, 0–40'),
    )
  }
}

/** She loses weight slowly, as many with COPD do. */
const weightOn = (random: Random, day: number) => random.around(61.5 - day / 90, 0.25)

function dayInHospital(scene: Scene, day: number): void {
  const { chart, calendar, random } = scene
  for (const hour of [2, 6, 10, 14, 18, 22]) {
    const when = { at: calendar.at(day, hour, random.whole(0, 25)), author: 'staff' as const }
    const home = signsOn(scene, day)
    const onOxygen = severity(day) > 0.4
    const signs = {
      ...home,
      onOxygen,
      oxygenSaturation: home.oxygenSaturation + (onOxygen ? 4 : 0),
    }
    const saturation = oxygenSaturation(when, signs.oxygenSaturation, TARGET)
    chart.write('hospital', breathing(saturation, onOxygen ? 2 : 0))
    chart.write('hospital', pulse(when, signs.pulse))
    chart.write('hospital', respirationRate(when, signs.respirationRate))
    chart.write('hospital', bloodPressure(when, places.hospital, signs.systolic, signs.diastolic))
    chart.write('hospital', temperature(when, signs.temperature))
    chart.write('hospital', consciousness(when, signs.alertness))
    chart.write('hospital', news2({ ...when, at: later(when.at, 5) }, signs))
  }
  const morning = { at: calendar.at(day, 7, 30), author: 'staff' as const }
  chart.write('hospital', weight(morning, weightOn(random, day)))
  if (day !== ADMITTED) return
  chart.write('hospital', height(morning, 163))
  chart.write('hospital', bodyMassIndex(morning, 59.8, 163))
  chart.write('hospital', frailty(morning, 5, 'Vurdert etter tilstanden to uker før innleggelsen.'))
}

/** The clinic got its spirometer in the fifth month; before, it measured peak flow alone. */
function lungClinic(scene: Scene, day: number): void {
  const { chart, calendar, random } = scene
  const at = calendar.at(day, 11, 35)
  if (day > 120) spirometry(scene, 'hospital', day)
  chart.write(
    'hospital',
    peakFlow({ at, author: 'staff' }, random.around(240 - 70 * severity(day), 10), 260),
  )
  chart.write('hospital', oxygenSaturation({ at, author: 'staff' }, random.around(91, 0.7), TARGET))
}

/** Spirometry takes a quarter of an hour: a period, not an instant. */
function spirometry(scene: Scene, organization: OrganizationKey, day: number): void {
  const { chart, calendar, random } = scene
  const start = calendar.at(day, 11, 15)
  const when = {
    at: { start, end: later(start, 15) },
    author: 'staff' as const,
    device: devices.spirometer,
  }
  const litres = random.around(1.12 - 0.3 * severity(day) - day / 3000, 0.03)
  chart.write(organization, fev1(when, litres))
}
