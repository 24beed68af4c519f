import { compileShapeCheck, type Intake, ingest } from '@kilde/organization/store'
import { ORGANIZATION } from './stored-row.js'

export interface Ingested {
  readonly rows: number
  /** Absent where not even one Bundle was taken in time. */
  readonly rowsPerSecond?: number
  /** Why it ended before all Bundles were taken. */
  readonly endedBy?: string
}

const BUNDLES = 6
const ROWS = 500
/** What was measured before it must not wait for a disk that is too slow for this: the store ends a statement after 30 s. */
const WITHIN_MS = 120_000

/** Bundles as systems send them, through every check of a node: the first one warms up. What fails ends it, and is told. */
export async function ingestSome(
  store: Intake,
  { withinMs = WITHIN_MS, elapsed = () => performance.now() } = {},
): Promise<Ingested> {
  const parts = {
    ...{ organization: ORGANIZATION, store, now: Date.now },
    checkShape: compileShapeCheck(),
  }
  const begun = elapsed()
  let [from, rows] = [begun, 0]
  try {
    await ingest(bundle(0), parts)
    from = elapsed()
    for (let number = 1; number <= BUNDLES; number += 1) {
      if (elapsed() - begun > withinMs) return figures(rows, elapsed() - from, 'its time was up')
      await ingest(bundle(number), parts)
      rows += ROWS
    }
    return figures(rows, elapsed() - from)
  } catch (fault) {
    return figures(rows, elapsed() - from, wordsOf(fault))
  }
}

const figures = (rows: number, ms: number, endedBy?: string): Ingested => ({
  rows,
  ...(rows > 0 && { rowsPerSecond: rows / (ms / 1_000) }),
  ...(endedBy !== undefined && { endedBy }),
})

function wordsOf(fault: unknown): string {
  const { message, cause } = fault as Error
  return cause instanceof Error ? `${message} (${cause.message})` : message
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
