import { patients } from '@kilde/people'
import type { Observation } from 'fhir/r4.js'
import { createCalendar, later } from '../../calendar.js'
import { bloodPressure, devices, pulse, weight } from '../../fhir/readings.js'
import { createRandom } from '../../random.js'
import { type Chart, createChartWriter } from '../chart.js'
import { places } from '../places.js'

const DAYS = 60
const REFERRED = 31

/**
 * The municipality referred her with the measurements of 30 days, which the hospital keeps as copies. Since then the
 * municipality corrected a weight, and the hospital changed a pulse by itself: a superseded copy and a conflict.
 */
export function copiesCourse(until: Date): Chart {
  const chart = createChartWriter(patients.copies, 'copies')
  const calendar = createCalendar(until, DAYS)
  const random = createRandom('copies')
  const shared: Observation[] = []
  for (let day = 1; day <= DAYS; day++) {
    const at = calendar.at(day, 8, random.whole(0, 30))
    const by = (device: string, minutes: number) => ({
      at: later(at, minutes),
      author: 'patient' as const,
      device,
    })
    const readings = [
      pulse(by(devices.cuff, 0), Math.round(random.around(70, 4))),
      bloodPressure(
        by(devices.cuff, 0),
        places.municipality,
        random.around(138, 8),
        random.around(82, 5),
      ),
      weight(by(devices.scale, 4), random.around(83, 0.3)),
    ]
    const written = readings.map((reading) => chart.write('municipality', reading))
    if (day >= REFERRED) shared.push(...written)
  }
  const [conflicting, , mistyped] = shared
  for (const original of shared) {
    chart.put(
      'hospital',
      original === conflicting ? withValue(copyOf(original), 117) : copyOf(original),
    )
  }
  if (mistyped) chart.put('municipality', corrected(mistyped))
  return chart.chart()
}

/** Same identifier, version, performer and content; the row's own id is the hospital's. */
function copyOf(original: Observation): Observation {
  return { ...original, id: `copy-${original.id ?? ''}` }
}

function withValue(observation: Observation, value: number): Observation {
  return { ...observation, valueQuantity: { ...observation.valueQuantity, value } }
}

function corrected(observation: Observation): Observation {
  const now = withValue(observation, 82.6)
  return {
    ...now,
    meta: { ...now.meta, versionId: '2' },
    status: 'corrected',
    note: [{ text: 'Rettet: feil avlesning av vekten.' }],
  }
}
