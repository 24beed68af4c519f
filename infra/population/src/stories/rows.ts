import type { DemoPatient, OrganizationKey } from '@kilde/people'
import { later } from '../calendar.js'
import { oxygenSaturation, pulse, temperature, weight } from '../fhir/readings.js'
import { createRandom } from '../random.js'
import { type Chart, createChartWriter } from './chart.js'

export interface RowsRequest {
  readonly patient: DemoPatient
  readonly organizations: readonly [OrganizationKey, ...OrganizationKey[]]
  /** Number of observations, over all organisations together. */
  readonly rows: number
  /** The newest observation lies before this instant, the others about 10 minutes apart before it. */
  readonly until: Date
  readonly seed?: string
}

/**
 * As many observations of one patient as asked for, spread evenly over the organisations, for tests. Every seventh has the
 * same instant as its neighbour at another organisation, so that an order by time alone would not be total.
 */
export function generateRows(request: RowsRequest): Chart {
  const { patient, organizations, rows, until, seed = 'rows' } = request
  const chart = createChartWriter(patient, seed)
  const random = createRandom(seed)
  const newest = new Date(until.getTime() - 600_000).toISOString()
  for (let row = 0; row < rows; row++) {
    const same = row % 7 === 1 ? row - 1 : row
    const when = { at: later(newest, -10 * same), author: 'patient' as const }
    const readings = [
      () => pulse(when, Math.round(random.around(75, 6))),
      () => oxygenSaturation(when, random.around(96, 1)),
      () => temperature(when, random.around(36.7, 0.3)),
      () => weight(when, random.around(80, 0.5)),
    ] as const
    const organization = organizations[row % organizations.length] ?? organizations[0]
    chart.write(organization, random.pick(readings)())
  }
  return chart.chart()
}
