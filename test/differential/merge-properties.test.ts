import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { joinCopies, type Keyed } from '../../gateway/src/merge/copies.js'
import { type Fold, foldOf, mergeFolds } from '../../gateway/src/merge/fold-numbers.js'
import { PATIENT } from './query/make-variables.js'
import { Random } from './random.js'
import { type Asking, startAsking } from './setting.js'
import { makeWorld } from './world/make-world.js'
import { numbers } from './world/organizations.js'
import type { HeldRow, Source, World } from './world/world.js'

const owner = '310000108'

/** Rows of one identity and instant, each of a source of its own; few versions and contents, so that many are copies. */
const group = fc
  .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })
  .chain((sources) =>
    fc.tuple(
      ...sources.map((source) =>
        fc.record({ source: fc.constant(source), n: fc.nat(3), c: fc.constantFrom('a', 'b') }),
      ),
    ),
  )
  .map((rows) => rows.map(({ source, n, c }) => keyed(source, n, c)))

function keyed(source: number, n: number, c: string): Keyed {
  const o = source === 0 ? owner : `31000${source}205`
  return { key: { s: 'F', t: 0, i: 'i', o, d: `${o}.r`, p: 'p', n, c, w: owner } }
}

/** What is shown of a group: versions and contents, and whether they conflict. Sources in any order. */
const shownOf = (rows: readonly Keyed[]): readonly string[] =>
  joinCopies(rows)
    .map(({ row, conflict }) => `${row.key.n} ${row.key.c} ${conflict}`)
    .sort()

const heads = (rows: readonly Keyed[]): readonly Keyed[] => joinCopies(rows).map(({ row }) => row)

describe('P2: joining copies', () => {
  it('does not depend on the order of the sources', () => {
    fc.assert(
      fc.property(group, fc.infiniteStream(fc.nat()), (rows, noise) => {
        const order = new Random(noise.next().value ?? 0)
        expect(shownOf(order.shuffled(rows))).toEqual(shownOf(rows))
      }),
    )
  })

  it('keeps every copy, and each once', () => {
    fc.assert(
      fc.property(group, (rows) => {
        const kept = joinCopies(rows).flatMap(({ copies }) => copies.map(({ row }) => row.key.o))
        expect([...kept].sort()).toEqual(rows.map(({ key }) => key.o).sort())
      }),
    )
  })

  it('shows no more where another source has the same once more', () => {
    fc.assert(
      fc.property(group, (rows) => {
        const again = rows.map(({ key }) => ({ key: { ...key, o: `9${key.o.slice(1)}` } }))
        expect(shownOf([...rows, ...again])).toEqual(shownOf(rows))
      }),
    )
  })

  it('shows the same where some of the sources were joined before the others', () => {
    fc.assert(
      fc.property(group, fc.nat(8), (rows, cut) => {
        const [some, others] = [rows.slice(0, cut), rows.slice(cut)]
        expect(shownOf([...heads(some), ...heads(others)])).toEqual(shownOf(rows))
      }),
    )
  })
})

describe('P2: folding', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 30,
  })
  const fold = (list: readonly number[]): Fold => {
    const folded = foldOf(list)
    if (!folded) throw new Error('nothing to fold')
    return folded
  }
  const isSame = (a: Fold, b: Fold): void => {
    expect([a.count, a.minimum, a.maximum]).toEqual([b.count, b.minimum, b.maximum])
    expect(Math.abs(a.mean - b.mean)).toBeLessThanOrEqual(1e-9 * 1e6)
    expect(Math.abs(a.squares - b.squares)).toBeLessThanOrEqual(1e-9 * Math.max(1, a.squares, 1e12))
  }

  it('of parts is the fold of the whole, in whatever order and groups', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [fold(a), fold(b), fold(c)]
        const whole = fold([...a, ...b, ...c])
        for (const one of [
          mergeFolds(mergeFolds(x, y), z),
          mergeFolds(x, mergeFolds(y, z)),
          mergeFolds(mergeFolds(z, x), y),
        ])
          isSame(one, whole)
      }),
    )
  })
})

const QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 1000, filter: {status: [REGISTERED, PRELIMINARY, FINAL, AMENDED, CORRECTED, CANCELLED, ENTERED_IN_ERROR, UNKNOWN]}) {
      nodes { identifier { system value } version status valueText quantity(unit: "kg") { value } }
      totalCount { value precision }
      sources { organization { number name } status returned }
    }
  }
}`

describe('P2: the merge as a whole', () => {
  let asking: Asking
  beforeAll(async () => {
    asking = await startAsking('DIRECT')
  })
  afterAll(() => asking.stop())

  const ask = async (world: World, turns?: ReadonlyMap<string, number>): Promise<string> => {
    const variables = { identifier: PATIENT }
    const { text } = await asking.ask({
      world,
      round: 0,
      text: QUERY,
      variables,
      ...(turns && { turns }),
    })
    return text
  }

  it('does not depend on who answers first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = new Random(seed)
        const world = makeWorld(random)
        const turns = new Map(world.sources.map(({ number }) => [number, random.between(0, 20)]))
        expect(await ask(world, turns)).toBe(await ask(world))
      }),
    )
  }, 120_000)

  it('shows no row more where a source has the same as another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const world = flawless(makeWorld(new Random(seed)))
        const [source] = world.sources
        fc.pre(source !== undefined)
        const rows = async (asked: World) => rowsIn(await ask(asked))
        expect(await rows(withTwin(world, source))).toEqual(await rows(world))
      }),
    )
  }, 120_000)
})

/** Shown rows, in an order of their own: which of equal copies stands for all is the order's affair. */
function rowsIn(text: string): readonly string[] {
  const { data } = JSON.parse(text) as {
    data: { patient: { observations: { nodes: readonly object[] } } }
  }
  return data.patient.observations.nodes.map((row) => JSON.stringify(row)).sort()
}

/** Every source answers, with rows that have a business identifier and are no doubles. */
function flawless(world: World): World {
  const sources = world.sources.map((source): Source => {
    const seen = new Set<string>()
    const rows = source.rows.filter(({ key, observation }) => {
      const isNew = !seen.has(key.i) && observation.identifier.length > 0
      seen.add(key.i)
      return isNew
    })
    return {
      ...source,
      state: 'ACTIVE',
      faults: [null],
      rows: rows.map((row) => ({ ...row, bad: false })),
    }
  })
  return { ...world, sources }
}

/** One more located organisation, with a copy of every row of a source; it owns none of them. */
function withTwin(world: World, source: Source): World {
  const number = numbers[70] ?? ''
  const copy = (row: HeldRow): HeldRow => {
    const d = `${number}.${row.key.d.slice(10)}`
    return { ...row, key: { ...row.key, o: number, d }, observation: { ...row.observation, id: d } }
  }
  const { catalogue } = world
  const entry = catalogue.organizations.find(
    (organization) => organization.number === source.number,
  )
  const agreement = catalogue.agreements.find(({ provider }) => provider === source.number)
  const membership = catalogue.memberships.find(
    ({ organization }) => organization === source.number,
  )
  return {
    ...world,
    catalogue: {
      ...catalogue,
      organizations: [...catalogue.organizations, ...(entry ? [{ ...entry, number }] : [])],
      agreements: [
        ...catalogue.agreements,
        ...(agreement ? [{ ...agreement, id: 'twin', provider: number }] : []),
      ],
      memberships: [
        ...catalogue.memberships,
        ...(membership ? [{ ...membership, organization: number }] : []),
      ],
    },
    sources: [...world.sources, { ...source, number, rows: source.rows.map(copy) }],
  }
}
