import { describe, expect, it, jest } from '@jest/globals'
import type { Intake } from '@kilde/organization/store'
import { ingestSome } from '../bench/store/ingest-some.js'
import type { StoreFigures } from '../bench/store/measure-store.js'
import { tell } from '../bench/store/tell.js'

/** Takes so many Bundles, and fails then as a store does whose statement was cut. */
const taking = (bundles: number): Intake => {
  let taken = 0
  return {
    take: async (changes) => {
      taken += 1
      if (taken > bundles) throw new Error('canceling statement due to statement timeout')
      return changes.map((_, at) => ({ outcome: 'created', id: `310000108.${at}`, version: 1 }))
    },
  }
}

const told = (
  ingest: StoreFigures['ingest'],
): { readonly holds: boolean; readonly text: string } => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const found = { ...FIGURES, ingest }
    return { holds: tell(found, false), text: String(write.mock.calls[0]?.[0]) }
  } finally {
    write.mockRestore()
  }
}

const FIGURES: Omit<StoreFigures, 'ingest'> = {
  machine: { cpu: 'a processor', cores: 2, node: 'v20', memoryGb: 4 } as never,
  ...{ sealed: true, postgres: '17.5', observations: 1_000, patients: 10, largestPatient: 100 },
  ...{ fillSeconds: 1, rowsPerSecond: 1_000, bytes: 1e9, peakBytes: 2e9 },
  questions: [
    {
      ...{ name: 'newest 50 of a code', targetMs: 2, firstP50Ms: 1, firstP95Ms: 1 },
      ...{ p50Ms: 1, p95Ms: 1, p99Ms: 1, largestMs: 1, pagesP95: 1, rowsP95: 50 },
      plan: {
        ...{ 'Node Type': 'Limit', 'Actual Rows': 50, 'Actual Loops': 1 },
        ...{ 'Shared Hit Blocks': 1, 'Shared Read Blocks': 0 },
      },
    },
  ],
}

describe('the bench of the store', () => {
  it('tells how fast Bundles are taken', async () => {
    const found = await ingestSome(taking(7))
    expect(found).toMatchObject({ rows: 3_000, rowsPerSecond: expect.any(Number) })
    expect(told(found)).toMatchObject({ holds: true, text: expect.stringContaining('rows/s') })
  })

  it('keeps what it measured where taking Bundles fails', async () => {
    const found = await ingestSome(taking(3))
    expect(found).toMatchObject({ rows: 1_000, endedBy: expect.stringContaining('(canceling') })
    const { holds, text } = told(found)
    expect(holds).toBe(false)
    expect(text).toContain('newest 50 of a code: p95 1 ms at the database')
    expect(text).toMatch(/through ingest \d+ rows\/s, ended after 1000 rows: .*statement timeout/)
  })

  it('tells so where not even one was taken', async () => {
    const found = await ingestSome(taking(0))
    expect(found.rowsPerSecond).toBeUndefined()
    expect(told(found).text).toContain('through ingest nothing, ended after 0 rows: ')
  })

  it('takes no more of them when their time is up', async () => {
    let now = 0
    const found = await ingestSome(taking(7), { withinMs: 2_500, elapsed: () => (now += 1_000) })
    expect(found).toMatchObject({ endedBy: 'its time was up' })
    expect(found.rows).toBeLessThan(3_000)
  })
})
