import { patients } from '@kilde/people'
import { createCalendar } from '../calendar.js'
import { type Chart, createChartWriter } from '../chart.js'
import { createRandom } from '../random.js'
import { devices, peakFlow } from '../readings.js'

const DAYS = 120
/** Personal best (L/min). */
const BEST = 380

/** Asthma: peak flow morning and evening, lower in the pollen season of the middle weeks. */
export function youthCourse(until: Date): Chart {
  const chart = createChartWriter(patients.youth, 'youth')
  const calendar = createCalendar(until, DAYS)
  const random = createRandom('youth')
  for (let day = 1; day <= DAYS; day++) {
    const pollen = day > 50 && day < 75 ? 70 : 0
    for (const [hour, dip] of [
      [7, 20],
      [21, 0],
    ] as const) {
      if (random.chance(0.15)) continue
      const at = calendar.at(day, hour, random.whole(0, 59))
      const when = { at, author: 'patient' as const, device: devices.peakFlowMeter }
      chart.write('municipality', peakFlow(when, random.around(BEST - 25 - dip - pollen, 14), BEST))
    }
  }
  return chart.chart()
}
