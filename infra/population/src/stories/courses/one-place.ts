import { patients } from '@kilde/people'
import { createCalendar, later } from '../../calendar.js'
import {
  bloodPressure,
  devices,
  frailty,
  oxygenSaturation,
  pulse,
  questionnaireScore,
  weight,
} from '../../fhir/readings.js'
import { createRandom } from '../../random.js'
import { type Chart, createChartWriter } from '../chart.js'
import { places } from '../places.js'

const DAYS = 42

/** Six weeks at a rehabilitation centre, which alone holds data: she gets a little stronger. */
export function onePlaceCourse(until: Date): Chart {
  const chart = createChartWriter(patients.onePlace, 'rehabilitation')
  const calendar = createCalendar(until, DAYS)
  const random = createRandom('one-place')
  for (let day = 1; day <= DAYS; day++) {
    for (const hour of [9, 18]) {
      const at = calendar.at(day, hour, random.whole(0, 45))
      const when = { at, author: 'staff' as const }
      chart.write('rehabilitation', pulse(when, Math.round(random.around(82 - day / 6, 4))))
      chart.write('rehabilitation', oxygenSaturation(when, random.around(96, 0.8)))
      const [systolic, diastolic] = [random.around(128, 8), random.around(72, 5)]
      chart.write(
        'rehabilitation',
        bloodPressure({ ...when, at: later(at, 3) }, places.rehabilitation, systolic, diastolic),
      )
    }
    if (day % 7 !== 1) continue
    const week = (day - 1) / 7
    const date = { at: calendar.date(day), author: 'staff' as const }
    chart.write(
      'rehabilitation',
      weight({ ...date, device: devices.scale }, random.around(54 + week * 0.3, 0.2)),
    )
    chart.write('rehabilitation', questionnaireScore(date, 11 - week, 'PHQ-9, 0–27'))
    chart.write('rehabilitation', frailty(date, week < 3 ? 6 : 5, 'Vurdert av fysioterapeut.'))
  }
  return chart.chart()
}
