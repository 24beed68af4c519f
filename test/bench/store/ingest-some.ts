import { compileShapeCheck, type Intake, ingest } from '@kilde/organization/store'
import { ORGANIZATION } from './stored-row.js'

export interface Ingested {
  readonly rows: number
  readonly rowsPerSecond: number
}

const BUNDLES = 6
const ROWS = 500

/** Bundles as systems send them, through every check of a node: the first one warms up. */
export async function ingestSome(store: Intake): Promise<Ingested> {
  const parts = {
    ...{ organization: ORGANIZATION, store, now: Date.now },
    checkShape: compileShapeCheck(),
  }
  await ingest(bundle(0), parts)
  const from = performance.now()
  for (let number = 1; number <= BUNDLES; number += 1) await ingest(bundle(number), parts)
  const rows = BUNDLES * ROWS
  return { rows, rowsPerSecond: rows / ((performance.now() - from) / 1_000) }
}

function bundle(number: number): Uint8Array {
  const entry = Array.from({ length: ROWS }, (_, index) => ({
    resource: resource(number * ROWS + index),
    request: { method: 'POST', url: 'Observation' },
  }))
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }))
}

const resource = (number: number) => ({
  resourceType: 'Observation',
  identifier: [{ system: 'urn:bench', value: `row-${number}` }],
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
  subject: {
    identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: '08825133489' },
  },
  effectiveDateTime: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
  valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
})
