import { describe, expect, it } from '@jest/globals'
import { bucketIndex } from '@kilde/contract'
import fc from 'fast-check'
import { readTrendArguments } from '../../src/merge/trend-arguments.js'
import {
  args,
  day,
  exactSum,
  type Held,
  type MergedBucket,
  merged,
  trend,
  type World,
} from './trend-world.js'

const [a, b, c] = ['310000108', '310000205', '310000302'] as const
const first = day('2026-01-05')
const counts = ({ buckets }: { readonly buckets: readonly MergedBucket[] }): number[] =>
  buckets.map(({ count }) => count)

describe('a trend of several sources', () => {
  it('is asked for by the names of the contract', () => {
    expect(trend.sourceSelection).toBe(
      'buckets { start end rows { cursor value } rest { count mean squares minimum maximum mayCountCopies } } leftOut',
    )
  })

  it('counts a row once, however many sources have a copy of it', () => {
    const row: Held = { t: first, identity: 'x|1', value: 49_000, owner: a }
    const { unit, buckets, leftOut } = merged({ [a]: [row], [b]: [row], [c]: [row] })
    expect([unit, leftOut]).toEqual(['g', 0])
    expect(buckets).toEqual([
      {
        start: '2026-01-05T00:00:00+01:00',
        end: '2026-01-06T00:00:00+01:00',
        count: 1,
        mean: 49_000,
        minimum: 49_000,
        maximum: 49_000,
        standardDeviation: null,
        conflicts: 0,
        mayCountCopies: false,
      },
    ])
  })

  it('folds rows without a business identifier with those that have one, oldest bucket first', () => {
    const { buckets } = merged({
      [b]: [
        { t: day('2026-01-07'), value: 3 },
        { t: first + 1, identity: 'x|2', value: 5 },
      ],
      [a]: [
        { t: first, identity: 'x|1', value: 1 },
        { t: first, value: 3 },
        { t: first, value: 7 },
      ],
    })
    expect(buckets.map(({ start, count, mean }) => [start.slice(0, 10), count, mean])).toEqual([
      ['2026-01-05', 4, 4],
      ['2026-01-07', 1, 3],
    ])
    expect(buckets[0]).toMatchObject({ minimum: 1, maximum: 7 })
    expect(buckets[0]?.standardDeviation).toBeCloseTo(Math.sqrt(20 / 3), 12)
  })

  it('lets the owner’s newer version take the place of an older copy', () => {
    const copy: Held = { t: first, identity: 'x|1', value: 80, owner: a }
    const { buckets } = merged({
      [a]: [{ ...copy, version: 2, value: 70, status: 'C' }],
      [b]: [copy],
    })
    expect(buckets).toMatchObject([{ count: 1, mean: 70, conflicts: 0 }])
  })

  it.each(['E', 'X'] as const)(
    'leaves out what its owner withdrew (%s), copies of it too',
    (status) => {
      const copy: Held = { t: first, identity: 'x|1', value: 80, owner: a }
      const world = {
        [a]: [{ ...copy, version: 2, value: null, status }],
        [b]: [copy],
        [c]: [copy],
      }
      expect(merged(world).buckets).toEqual([])
      // Only its owner can withdraw a row.
      const other = { [a]: [copy], [b]: [{ ...copy, version: 2, value: null, status }] }
      expect(merged(other).buckets).toMatchObject([{ count: 1, mean: 80, conflicts: 1 }])
    },
  )

  it('counts rows that differ each, and says so', () => {
    const row: Held = { t: first, identity: 'x|1', value: 80, owner: a }
    const { buckets } = merged({ [a]: [row], [b]: [{ ...row, value: 90 }] })
    expect(buckets).toMatchObject([{ count: 2, mean: 85, conflicts: 2 }])
  })

  it('says of copies at another instant, in another bucket too, that they differ', () => {
    const row: Held = { t: first, identity: 'x|1', value: 80, owner: a }
    const { buckets } = merged({ [a]: [row], [b]: [{ ...row, t: day('2026-01-06') }] })
    expect(buckets.map(({ count, conflicts }) => [count, conflicts])).toEqual([
      [1, 1],
      [1, 1],
    ])
    // One source may well give one identifier to several measurements.
    expect(merged({ [a]: [row, { ...row, t: day('2026-01-06') }] }).buckets).toMatchObject([
      { conflicts: 0 },
      { conflicts: 0 },
    ])
  })

  it('says where copies may be counted because a source had too many rows to compare', () => {
    const row: Held = { t: first, identity: 'x|1', value: 80, owner: a }
    const { buckets } = merged(
      { [a]: [row], [b]: [row, { ...row, t: day('2026-01-09'), identity: 'x|2' }] },
      [b],
    )
    expect(buckets).toMatchObject([
      { count: 2, mayCountCopies: true },
      { count: 1, mayCountCopies: true },
    ])
    expect(merged({ [a]: [row] }, [c]).buckets).toMatchObject([{ mayCountCopies: false }])
  })

  it('leaves out rows without a number, and shows no bucket that holds nothing', () => {
    expect(
      merged({ [a]: [{ t: first, identity: 'x|1', value: null, status: 'A' }] }).buckets,
    ).toEqual([])
    expect(merged({}).buckets).toEqual([])
  })

  it('keeps the hours apart that a change of clocks shows twice', () => {
    const asked = {
      ...args,
      bucket: 'HOUR',
      period: { start: '2026-10-25T00:00:00+02:00', end: '2026-10-26T00:00:00+01:00' },
    }
    expect(readTrendArguments(asked).buckets).toHaveLength(25)
  })

  it('adds up what is left out, and reports the rows that each source has in it', () => {
    const part = { buckets: [], sums: { leftOut: 3 } }
    expect(
      trend.merge(
        [a, b].map((organization) => ({ organization, part })),
        args,
      ),
    ).toEqual({ unit: 'g', buckets: [], leftOut: 6 })
    expect(trend.count(part)).toBe(0)
    const row = { key: { s: 'F' }, value: 1 }
    const rest = { count: 5 }
    const rows = [row, { ...row, value: null }, { key: { s: 'E' }, value: 1 }]
    expect(trend.count({ buckets: [{ index: 0, rows, rest }], sums: {} })).toBe(6)
  })
})

/** What is right: copies taken out first, then each bucket's numbers as a list. */
function oracle(
  world: World,
): readonly Pick<MergedBucket, 'count' | 'mean' | 'minimum' | 'maximum' | 'standardDeviation'>[] {
  const { buckets } = readTrendArguments(args)
  const seen = new Set<string>()
  const values = buckets.map((): number[] => [])
  for (const row of Object.values(world).flat()) {
    if (row.identity !== undefined && seen.has(row.identity)) continue
    if (row.identity !== undefined) seen.add(row.identity)
    values[bucketIndex(buckets, row.t)]?.push(row.value ?? Number.NaN)
  }
  return values
    .filter((list) => list.length > 0)
    .map((list) => {
      const mean = exactSum(list) / list.length
      const squares = exactSum(list.map((value) => (value - mean) ** 2))
      return {
        count: list.length,
        mean,
        minimum: list.reduce((x, y) => Math.min(x, y)),
        maximum: list.reduce((x, y) => Math.max(x, y)),
        standardDeviation: list.length < 2 ? null : Math.sqrt(squares / (list.length - 1)),
      }
    })
}

function expectEqual(world: World): void {
  const right = oracle(world)
  const { buckets } = merged(world)
  expect(counts({ buckets })).toEqual(right.map(({ count }) => count))
  buckets.forEach((bucket, index) => {
    // A mean near nothing, or the deviation of numbers that are all alike, is rounding alone.
    const rounding = 1e-14 * Math.max(Math.abs(bucket.minimum), Math.abs(bucket.maximum))
    for (const name of ['mean', 'minimum', 'maximum', 'standardDeviation'] as const) {
      const [is, shouldBe] = [bucket[name] ?? 0, right[index]?.[name] ?? 0]
      if (Math.abs(is - shouldBe) <= 1e-9 * Math.abs(shouldBe) + rounding) continue
      throw new Error(`${name} of ${bucket.start} is ${is}, not ${shouldBe}`)
    }
  })
}

/** Rows about `mean`, a share of them with copies at other organisations. */
const worlds = (mean: number, spread: number): fc.Arbitrary<World> =>
  fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: 31 * 86_400_000 - 1 }),
        // Of squares below 1e-300 nothing is left; nobody measures such numbers.
        value: fc.integer({ min: -1e6, max: 1e6 }).map((parts) => mean + (spread * parts) / 1e6),
        home: fc.constantFrom(a, b, c),
        identified: fc.boolean(),
        copiedTo: fc.oneof(
          { weight: 7, arbitrary: fc.constant<string[]>([]) },
          { weight: 3, arbitrary: fc.subarray<string>([a, b, c]) },
        ),
      }),
      { maxLength: 300 },
    )
    .map((rows) => {
      const world: Record<string, Held[]> = { [a]: [], [b]: [], [c]: [] }
      rows.forEach(({ at, value, home, identified, copiedTo }, index) => {
        const row: Held = { t: day('2026-01-01') + at, value, owner: home }
        if (!identified && copiedTo.length === 0) world[home]?.push(row)
        else
          for (const place of new Set([home, ...copiedTo]))
            world[place]?.push({ ...row, identity: `x|${index}` })
      })
      return world
    })

describe('a trend, beside an oracle that takes copies out first', () => {
  it.each([
    ['weights', 49_000, 30],
    ['temperatures', 37, 0.2],
    ['numbers around nothing', 0, 1],
  ])('is the same for %s', (_, mean, spread) => {
    fc.assert(fc.property(worlds(mean, spread), expectEqual), { numRuns: 40 })
  })

  it.each([
    ['weights', 49_000, 30],
    ['temperatures', 37, 0.2],
  ])('keeps nine digits of %s over 100,000 rows', (_, mean, spread) => {
    let state = 1
    const next = (): number => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    const world: Record<string, Held[]> = {}
    for (let source = 0; source < 20; source++) {
      world[`3100${String(source).padStart(5, '0')}`] = Array.from(
        { length: 5_000 },
        (_row, index) => ({
          t: first + index,
          value: mean + spread * (2 * next() - 1),
          // Some of each travel by themselves, and half of those have a copy at the next source.
          ...(index < 60 && { identity: `x|${source}.${index}`, owner: a }),
        }),
      )
    }
    const sources = Object.values(world)
    sources.forEach((rows, source) => {
      sources[(source + 1) % sources.length]?.push(...rows.slice(0, 30))
    })
    expectEqual(world)
  })

  it('does not depend on the order in which sources answer, and is not changed by one more copy', () => {
    fc.assert(
      fc.property(
        worlds(37, 0.2),
        fc.constantFrom([c, b, a], [b, a, c], [a, c, b]),
        (world, order) => {
          const shuffled = Object.fromEntries(
            order.map((name) => [name, world[name] ?? []] as const),
          )
          const once = merged(world)
          expect(JSON.stringify(merged(shuffled))).toBe(JSON.stringify(once))
          const copies = (world[a] ?? []).filter(({ identity }) => identity !== undefined)
          const again = merged({ ...world, '310000999': copies })
          expect(counts(again)).toEqual(counts(once))
        },
      ),
      { numRuns: 40 },
    )
  })
})
