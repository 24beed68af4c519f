import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type CatalogueState,
  groundFor,
  type LocatedProvider,
  locateProviders,
  type ProviderQuery,
} from '../src/index.js'
import {
  agreement,
  at,
  bryggen,
  fjordheim,
  granli,
  membership,
  numbers,
  organization,
  solvik,
  solvikCentre,
  state,
  subUnit,
  trygg,
} from './kit.js'

const bySolvik = { consumer: solvik, dataClass: 'Observation', purpose: 'TREAT', at }

function numbersOf(providers: readonly LocatedProvider[]): readonly string[] {
  return providers.map(({ number }) => number)
}

function located(from: CatalogueState, query: Partial<ProviderQuery> = {}): readonly string[] {
  return numbersOf(locateProviders(from, { ...bySolvik, ...query }))
}

describe('providers of an agreement', () => {
  it('are located with all that is needed to ask them, beside the own organisation', () => {
    expect(locateProviders(state(), bySolvik)).toEqual([
      expect.objectContaining({ number: solvik, ground: 'OWN', agreements: [], predecessors: [] }),
      {
        number: fjordheim,
        name: `Organisation ${fjordheim}`,
        endpoint: `http://127.0.0.1:4401/${fjordheim}`,
        audience: `kilde:organization:${fjordheim}`,
        contractVersion: '1.0',
        state: 'ACTIVE',
        ground: 'AGREEMENT',
        agreements: [`${solvik}-${fjordheim}`],
        predecessors: [],
      },
      expect.objectContaining({ number: bryggen, ground: 'AGREEMENT' }),
    ])
  })

  it('are located with the replicas that they declare', () => {
    const replicas = ['http://127.0.0.1:4402/b', 'http://127.0.0.1:4403/c']
    const from = state({ organizations: [organization(solvik, { replicas })] })
    expect(locateProviders(from, bySolvik)).toMatchObject([{ number: solvik, replicas }])
  })

  it('are located only for the class and the purpose that were agreed', () => {
    expect(located(state(), { purpose: 'COC' })).toEqual([solvik])
    expect(located(state(), { dataClass: 'CarePlan' })).toEqual([])
  })

  it('are located from the first to the last day of the agreement, by the clock in Norway', () => {
    const year = agreement(solvik, fjordheim, { validFrom: '2026-01-01', validTo: '2026-06-30' })
    const on = (instant: string) =>
      located(state({ agreements: [year] }), { at: Date.parse(instant) })
    expect(on('2025-12-31T22:59:59.999Z')).toEqual([solvik])
    expect(on('2025-12-31T23:00:00.000Z')).toEqual([solvik, fjordheim])
    expect(on('2026-06-30T21:59:59.999Z')).toEqual([solvik, fjordheim])
    expect(on('2026-06-30T22:00:00.000Z')).toEqual([solvik])
  })

  it('are located up to the very millisecond before an instant of end', () => {
    const ends = { validFrom: '2026-01-01T00:00:00Z', validTo: '2026-06-15T12:00:00+02:00' }
    const from = state({ agreements: [agreement(solvik, fjordheim, ends)] })
    expect(located(from, { at: at - 1 })).toEqual([solvik, fjordheim])
    expect(located(from, { at })).toEqual([solvik])
  })

  it('are not located for the other side: an agreement goes one way', () => {
    expect(located(state(), { consumer: fjordheim })).toEqual([fjordheim])
  })

  it.each([
    ['has no membership', []],
    ['has accepted no terms', [membership(fjordheim, { acceptedTerms: [] })]],
    [
      'has accepted terms only for later',
      [membership(fjordheim, { acceptedTerms: [{ version: '2', date: '2026-06-16' }] })],
    ],
    ['is no longer a member', [membership(fjordheim, { validTo: '2026-06-14' })]],
    ['is not yet a member', [membership(fjordheim, { validFrom: '2026-06-16' })]],
  ])('are not located while the provider %s', (_why, own) => {
    const others = state().memberships.filter((row) => row.organization !== fjordheim)
    expect(located(state({ memberships: [...others, ...own] }))).toEqual([solvik, bryggen])
  })

  it('are not located while the requester is no member, who still reaches its own data', () => {
    const others = state().memberships.filter((row) => row.organization !== solvik)
    expect(located(state({ memberships: others }))).toEqual([solvik])
  })

  it('are located with their state when they are draining or paused, so that they can be reported', () => {
    const organizations = state().organizations.map((entry) =>
      entry.number === fjordheim
        ? { ...entry, state: 'DRAINING' as const }
        : entry.number === bryggen
          ? { ...entry, state: 'PAUSED' as const }
          : entry,
    )
    const providers = locateProviders(state({ organizations }), bySolvik)
    expect(providers.map(({ number, state }) => [number, state])).toEqual([
      [solvik, 'ACTIVE'],
      [fjordheim, 'DRAINING'],
      [bryggen, 'PAUSED'],
    ])
  })

  it('are not located when they do not share that class of data', () => {
    const organizations = state().organizations.map((entry) =>
      entry.number === fjordheim ? { ...entry, dataClasses: ['CarePlan'] } : entry,
    )
    expect(located(state({ organizations }))).toEqual([solvik, bryggen])
  })

  it('name the audience that they were given', () => {
    const organizations = state().organizations.map((entry) => ({ ...entry, audience: 'other' }))
    expect(locateProviders(state({ organizations }), bySolvik)[0]?.audience).toBe('other')
  })
})

describe('requesters', () => {
  it('that are sub-units ask as their legal entity', () => {
    expect(located(state(), { consumer: solvikCentre })).toEqual(located(state()))
  })

  it('that the registry does not know are given nobody', () => {
    expect(located(state(), { consumer: '310000817' })).toEqual([])
  })

  it('that are citizens reach all who serve citizens, whatever the purpose, agreements and memberships', () => {
    const organizations = state().organizations.map((entry) =>
      entry.number === granli ? { ...entry, servesCitizens: false } : entry,
    )
    const from = state({ organizations, agreements: [], memberships: [] })
    const expected = numbers.filter((number) => number !== granli)
    expect(located(from, { consumer: 'citizen', purpose: 'PATRQT' })).toEqual(expected)
    expect(locateProviders(from, { ...bySolvik, consumer: 'citizen' })[0]?.ground).toBe('CITIZEN')
  })
})

describe('a closed organisation', () => {
  const merge = (closed: Readonly<Record<string, string>>): CatalogueState =>
    state({
      organizations: state().organizations.map((entry) => {
        const successor = closed[entry.number]
        return successor === undefined ? entry : { ...entry, successor }
      }),
    })

  it('is not located; who took over is, with the name of the one it was found through', () => {
    const providers = locateProviders(merge({ [fjordheim]: granli }), bySolvik)
    expect(numbersOf(providers)).toEqual([solvik, bryggen, granli])
    expect(providers[2]).toMatchObject({
      ground: 'AGREEMENT',
      agreements: [`${solvik}-${fjordheim}`],
      predecessors: [fjordheim],
    })
  })

  it('leads over several mergers to the last successor', () => {
    expect(located(merge({ [fjordheim]: granli, [granli]: trygg }))).toEqual([
      solvik,
      bryggen,
      trygg,
    ])
  })

  it('leads to its successor once, also where that was agreed with by itself', () => {
    const providers = locateProviders(merge({ [fjordheim]: bryggen }), bySolvik)
    expect(numbersOf(providers)).toEqual([solvik, bryggen])
    expect(providers[1]).toMatchObject({
      agreements: [`${solvik}-${fjordheim}`, `${solvik}-${bryggen}`],
      predecessors: [fjordheim],
    })
  })

  it('that merged into the requester leads to own data', () => {
    const providers = locateProviders(merge({ [fjordheim]: solvik }), bySolvik)
    expect(numbersOf(providers)).toEqual([solvik, bryggen])
    expect(providers[0]).toMatchObject({ ground: 'OWN', predecessors: [fjordheim] })
  })

  it('still reaches its own data, at its successor', () => {
    const providers = locateProviders(merge({ [solvik]: granli }), bySolvik)
    expect(providers[2]).toMatchObject({ number: granli, ground: 'OWN', predecessors: [solvik] })
  })

  it('gives its successor no right to ask: an agreement binds the consumer that signed it', () => {
    expect(located(merge({ [solvik]: granli }), { consumer: granli })).toEqual([granli])
  })

  it('leads nowhere, and hangs nothing, where a state that should not exist goes round in a circle', () => {
    expect(located(merge({ [fjordheim]: granli, [granli]: fjordheim }))).toEqual([solvik, bryggen])
  })
})

describe('the ground for one provider', () => {
  it('is the agreement, own data or nothing', () => {
    expect(groundFor(state(), { ...bySolvik, provider: fjordheim })?.ground).toBe('AGREEMENT')
    expect(groundFor(state(), { ...bySolvik, provider: solvik })?.ground).toBe('OWN')
    expect(groundFor(state(), { ...bySolvik, provider: granli })).toBeUndefined()
  })
})

const anyNumber = fc.constantFrom(...numbers)
const anyDate = fc.constantFrom('2026-05-01', '2026-06-14', '2026-06-15', '2026-06-16')
const anyState: fc.Arbitrary<CatalogueState> = fc
  .record({
    entries: fc.record(
      Object.fromEntries(
        numbers.map((number) => [
          number,
          fc.record({
            dataClasses: fc.subarray(['Observation', 'CarePlan']),
            state: fc.constantFrom('ACTIVE' as const, 'DRAINING' as const, 'PAUSED' as const),
            servesCitizens: fc.boolean(),
            successor: fc.option(anyNumber, { nil: undefined }),
          }),
        ]),
      ),
    ),
    agreements: fc.array(
      fc.record({
        consumer: anyNumber,
        provider: anyNumber,
        dataClasses: fc.subarray(['Observation', 'CarePlan'], { minLength: 1 }),
        purposes: fc.subarray(['TREAT', 'COC'], { minLength: 1 }),
        validFrom: anyDate,
        validTo: fc.option(anyDate, { nil: undefined }),
      }),
    ),
    memberships: fc.uniqueArray(fc.record({ organization: anyNumber, validFrom: anyDate }), {
      selector: (row) => row.organization,
    }),
  })
  .map(({ entries, agreements, memberships }) =>
    state({
      organizations: [
        ...numbers.map((number) => organization(number, entries[number])),
        subUnit(solvikCentre, solvik),
      ],
      agreements: agreements.map((row, place) =>
        agreement(row.consumer, row.provider, { ...row, id: `a${place}` }),
      ),
      memberships: memberships.map((row) => membership(row.organization, row)),
    }),
  )
const anyQuery = fc.record({
  consumer: fc.constantFrom(...numbers, solvikCentre, 'citizen'),
  dataClass: fc.constantFrom('Observation', 'CarePlan'),
  purpose: fc.constantFrom('TREAT', 'COC'),
  at: fc.constant(at),
})

describe('whatever the registry holds', () => {
  it('every located provider is open, shares the class, stands there once and in order', () => {
    fc.assert(
      fc.property(anyState, anyQuery, (from, query) => {
        const providers = locateProviders(from, query)
        expect(numbersOf(providers)).toEqual([...new Set(numbersOf(providers))].sort())
        for (const { number } of providers) {
          const entry = from.organizations.find((row) => row.number === number)
          expect(entry?.successor).toBeUndefined()
          expect(entry?.dataClasses).toContain(query.dataClass)
        }
      }),
    )
  })

  it('nobody is asked without own data or a valid agreement that names class and purpose', () => {
    fc.assert(
      fc.property(anyState, anyQuery, (from, query) => {
        const known = new Map(from.agreements.map((row) => [row.id, row]))
        for (const { ground, agreements } of locateProviders(from, query)) {
          expect(ground === 'AGREEMENT' ? agreements.length : 1).toBeGreaterThan(0)
          for (const id of agreements) {
            const row = known.get(id)
            expect(row?.consumer).toBe(query.consumer === solvikCentre ? solvik : query.consumer)
            expect(row?.dataClasses).toContain(query.dataClass)
            expect(row?.purposes).toContain(query.purpose)
            expect(row?.validFrom.localeCompare('2026-06-15')).not.toBe(1)
            expect((row?.validTo ?? '9').localeCompare('2026-06-15')).not.toBe(-1)
          }
        }
      }),
    )
  })

  it('one more agreement never takes a provider away', () => {
    fc.assert(
      fc.property(anyState, anyQuery, anyNumber, anyNumber, (from, query, consumer, provider) => {
        const more = [...from.agreements, agreement(consumer, provider, { id: 'more' })]
        const before = numbersOf(locateProviders(from, query))
        const after = numbersOf(locateProviders({ ...from, agreements: more }, query))
        expect(after).toEqual(expect.arrayContaining([...before]))
      }),
    )
  })

  it('the ground for one provider says the same as the list', () => {
    fc.assert(
      fc.property(anyState, anyQuery, anyNumber, (from, query, provider) => {
        const listed = numbersOf(locateProviders(from, query)).includes(provider)
        expect(groundFor(from, { ...query, provider }) !== undefined).toBe(listed)
      }),
    )
  })
})
