import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import fc from 'fast-check'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bundle, FNR, NOW, UCUM, weight } from './kit/observations.js'

/** Histories in all: 10,000 with KILDE_HISTORIES=10000. */
const COUNT = Number(process.env['KILDE_HISTORIES'] ?? 400)
const MINUTE_MS = 60_000
const organization = organizations.municipality.number
const people = Object.values(patients).map(({ identifier }) => identifier)

/** One thing that a sender sends about a row. */
interface Sent {
  readonly version: number | undefined
  readonly value: number
  readonly status: 'final' | 'amended' | 'corrected' | 'entered-in-error'
  /** Hours from the first; beyond 5 minutes ahead of its receipt a clock is wrong. */
  readonly hours: number
}

const content = {
  value: fc.integer({ min: 400, max: 1_200 }).map((tenths) => tenths / 10),
  status: fc.constantFrom('final', 'amended', 'corrected', 'entered-in-error'),
  hours: fc.oneof(fc.integer({ min: -2_000, max: 0 }), fc.constantFrom(30_000)),
} as const

/** Versions as a system counts them: sent in any order, some again, and now and then one number for two contents. */
const counted: fc.Arbitrary<readonly Sent[]> = fc.array(
  fc.record({ version: fc.integer({ min: 1, max: 4 }), ...content }),
  { minLength: 1, maxLength: 6 },
)
/** From a system that counts none: the last word holds. */
const uncounted: fc.Arbitrary<readonly Sent[]> = fc.array(
  fc.record({ version: fc.constant(undefined), ...content }),
  { minLength: 1, maxLength: 4 },
)
const history = fc
  .tuple(fc.oneof(counted, uncounted), fc.array(fc.nat(), { maxLength: 3 }))
  // Sent again, as it was, at some later time.
  .map(([sent, again]) => [...sent, ...again.flatMap((at) => sent[at % sent.length] ?? [])])

/**
 * What holds in the end, told without following the order of every step: of counted versions the highest, as it came first;
 * of uncounted ones the last.
 */
function finalOf(history: readonly Sent[]): Sent | undefined {
  const versions = history.flatMap(({ version }) => version ?? [])
  if (versions.length === 0) return history.at(-1)
  const highest = Math.max(...versions)
  return history.find(({ version }) => version === highest)
}

function resourceOf(row: number, { version, value, status, hours }: Sent): object {
  return weight({
    identifier: [{ system: 'urn:test:history', value: `h${row}` }],
    subject: { identifier: { system: FNR, value: people[row % people.length] } },
    status,
    ...(version !== undefined && { meta: { versionId: String(version) } }),
    effectiveDateTime: new Date(NOW + hours * 60 * MINUTE_MS).toISOString(),
    valueQuantity: { value, unit: 'kg', system: UCUM, code: 'kg' },
  })
}

const histories = fc.sample(history, { numRuns: COUNT, seed: 11 })
const sent = histories.reduce((count, one) => count + one.length, 0)

describe(`${COUNT} histories of ${sent} corrections, withdrawals, repetitions, late and out-of-order arrivals`, () => {
  const cuts = fc.sample(fc.integer({ min: 1, max: 120 }), { numRuns: COUNT * 9, seed: 12 })
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let now = NOW

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('histories')
    store = await openStore({ databaseUrl, organization, now: () => now })
    const checkShape = compileShapeCheck()
    const take = (resources: readonly object[]) =>
      ingest(bundle('batch', ...resources), { organization, store, checkShape, now: () => now })
    for (const resources of bundlesOf(interleaved(histories), cuts)) {
      await take(resources)
      now += MINUTE_MS
      // A sender whose connection broke sends the whole of it again.
      if (resources.length % 5 === 0) await take(resources)
    }
  }, 900_000)
  afterAll(async () => {
    await store?.close()
    await database?.stop()
  })

  it('end in the view that the model has: value, status and version of each row, and nothing else', async () => {
    const held = await readAll(['final', 'amended', 'corrected', 'entered-in-error'])
    const expected = histories.map((one, row) => {
      const { value, status } = finalOf(one) ?? {}
      return [`h${row}`, { value, status }] as const
    })
    expect(held.size).toBe(COUNT)
    const differing = expected.filter(([name, wanted]) => {
      const row = held.get(name)
      return row?.value !== wanted.value || row?.status !== wanted.status
    })
    expect(differing).toEqual([])
    const versions = histories.flatMap((one, row) => {
      const wanted = finalOf(one)?.version
      return wanted === undefined || held.get(`h${row}`)?.version === wanted ? [] : [row]
    })
    expect(versions).toEqual([])
  }, 120_000)

  it('show nothing that was withdrawn to who does not ask for it', async () => {
    const shown = await readAll(['final', 'amended', 'corrected'])
    const expected = histories.flatMap((one, row) =>
      finalOf(one)?.status === 'entered-in-error' ? [] : [`h${row}`],
    )
    expect([...shown.keys()].sort()).toEqual(expected.sort())
  }, 120_000)

  it('are ordered by when the last word says it was measured; by receipt where that lies ahead', async () => {
    const held = await readAll(['final', 'amended', 'corrected', 'entered-in-error'])
    const wrong = histories.flatMap((one, row) => {
      const { hours = 0 } = finalOf(one) ?? {}
      const { t = 0, precision } = held.get(`h${row}`) ?? {}
      const fits =
        hours > 0
          ? precision === 'RECEIVED' && t >= NOW && t <= now
          : precision === 'INSTANT' && t === NOW + hours * 60 * MINUTE_MS
      return fits ? [] : [row]
    })
    expect(wrong).toEqual([])
  }, 120_000)

  async function readAll(status: readonly string[]) {
    const found = new Map<string, Shown>()
    for (const person of people) {
      const { rows } = await store.read(
        {
          patient: parsePatientIdentifier(person),
          ...{ status, abnormalOnly: false, order: 'NEWEST_FIRST', limit: COUNT, count: false },
          elements: ['identifier', 'status', 'valueQuantity'],
        },
        new AbortController().signal,
      )
      const times = rows.map(({ t }) => t)
      expect(times).toEqual(times.toSorted((a, b) => b - a))
      for (const { resource, version, t, precision } of rows) {
        const { identifier, valueQuantity, status: said } = JSON.parse(resource) as Read
        const [{ value: name }] = identifier
        expect(found.has(name)).toBe(false)
        found.set(name, { value: valueQuantity.value, status: said, version, t, precision })
      }
    }
    return found
  }
})

interface Shown {
  readonly value: number
  readonly status: string
  readonly version: number
  readonly t: number
  readonly precision: string
}

interface Read {
  readonly identifier: readonly [{ readonly value: string }]
  readonly valueQuantity: { readonly value: number }
  readonly status: string
}

/** All histories at once, each in its own order: the first of every one, then the second, and so on. */
function interleaved(histories: readonly (readonly Sent[])[]): readonly object[] {
  const longest = Math.max(...histories.map(({ length }) => length))
  return Array.from({ length: longest }).flatMap((_, at) =>
    histories.flatMap((one, row) => (one[at] ? [resourceOf(row, one[at])] : [])),
  )
}

function* bundlesOf(resources: readonly object[], sizes: readonly number[]) {
  let at = 0
  for (const size of sizes) {
    if (at >= resources.length) return
    yield resources.slice(at, at + size)
    at += size
  }
}
