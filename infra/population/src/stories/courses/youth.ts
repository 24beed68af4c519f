import { type DemoPatient, patients } from '@kilde/people'
import { createCalendar } from '../../calendar.js'
import { devices, peakFlow } from '../../fhir/readings.js'
import { createRandom } from '../../random.js'
import { type Chart, createChartWriter } from '../chart.js'

const DAYS = 120

export const youthCourse = (until: Date): Chart => asthma(until, patients.youth, 'youth', 380)
export const childCourse = (until: Date): Chart => asthma(until, patients.child, 'child', 190)

/**
 * Asthma: peak flow morning and evening, lower in the pollen season of the middle weeks.
 * @param best personal best (L/min)
 */
function asthma(until: Date, patient: DemoPatient, seed: string, best: number): Chart {
  const chart = createChartWriter(patient, seed)
  const calendar = createCalendar(until, DAYS)
  const random = createRandom(seed)
  for (let day = 1; day <= DAYS; day++) {
    const pollen = day > 50 && day < 75 ? 70 : 0
    for (const [hour, dip] of [
      [7, 20],
      [21, 0],
    ] as const) {
      if (random.chance(0.15)) continue
      const at = calendar.at(day, hour, random.whole(0, 59))
      const when = { at, author: 'patient' as const, device: devices.peakFlowMeter }
      chart.write('municipality', peakFlow(when, random.around(best - 25 - dip - pollen, 14), best))
    }
  }
  return chart.chart()
}
