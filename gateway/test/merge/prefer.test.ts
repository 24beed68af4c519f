import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildSchema, isObjectType } from 'graphql'
import { contract } from '../../src/merge/contract.js'
import type { PartStrategy } from '../../src/merge/part-strategies.js'
import { compilePrefer } from '../../src/merge/prefer.js'
import { InvalidAnswer } from '../../src/transport/invalid-answer.js'

const [a, b, c] = ['310000108', '310000205', '310000302'] as const
const names = strategyOf(contract.schema, 'name')

function strategyOf(schema: typeof contract.schema, field: string): PartStrategy {
  const patient = schema.getType('Patient')
  const found = isObjectType(patient) ? patient.getFields()[field] : undefined
  const type = schema.getType(String(found?.type).replace('!', ''))
  if (!found || !isObjectType(type)) throw new Error(`no ${field} in the contract`)
  return compilePrefer(found, type)
}

const expected = (organization: string) => ({ organization, patientDigest: '', args: {} })

interface Given {
  readonly text: string
  readonly rank?: number
  readonly recorded?: string
}

const variant = ({ text, rank = 3, recorded = '2026-01-01T12:00:00Z' }: Given) => ({
  value: { text, family: null, given: [], use: 'official' },
  rank,
  recorded,
})

function merged(answers: Readonly<Record<string, readonly Given[]>>) {
  const parts = Object.entries(answers).map(([organization, given]) => ({
    organization,
    part: names.read({ variants: given.map(variant), sources: [] }, expected(organization)),
  }))
  const { value, variants, conflict } = names.merge(parts, {}) as {
    readonly value: { readonly text: string } | null
    readonly variants: readonly (ReturnType<typeof variant> & {
      readonly source: { readonly number: string }
    })[]
    readonly conflict: boolean
  }
  return {
    value: value?.text,
    variants: variants.map(({ value: { text }, source }) => `${source.number} ${text}`),
    conflict,
  }
}

describe('a value that is preferred of several', () => {
  it('is asked for whole, but for what the gateway sets itself', () => {
    expect(names.sourceSelection).toBe('variants { value { text family given use } rank recorded }')
  })

  it('is that of the greatest rank, then the newest, whatever the offset it is written with', () => {
    expect(
      merged({
        [a]: [{ text: 'Kari', rank: 1, recorded: '2026-06-01T00:00:00Z' }],
        [b]: [{ text: 'Kari Nordmann', recorded: '2026-03-14T10:00:00+05:00' }],
        [c]: [{ text: 'Kari Berg', recorded: '2026-03-14T06:00:00Z' }],
      }),
    ).toEqual({
      value: 'Kari Berg',
      variants: [`${c} Kari Berg`, `${b} Kari Nordmann`, `${a} Kari`],
      conflict: true,
    })
  })

  it('is of equals that of the first organisation by number, whoever answers first', () => {
    const same = { value: 'Kari A', variants: [`${a} Kari A`, `${b} Kari B`], conflict: true }
    expect(merged({ [b]: [{ text: 'Kari B' }], [a]: [{ text: 'Kari A' }] })).toEqual(same)
    expect(merged({ [a]: [{ text: 'Kari A' }], [b]: [{ text: 'Kari B' }] })).toEqual(same)
  })

  it('is no conflict where sources agree, or differ in white space or in names they hold besides', () => {
    expect(
      merged({
        [a]: [{ text: 'Kari  Nordmann ' }, { text: 'Kari Berg', rank: 1 }],
        [b]: [{ text: 'Kari Nordmann', rank: 2 }],
      }),
    ).toEqual({
      value: 'Kari  Nordmann ',
      variants: [`${a} Kari  Nordmann `, `${b} Kari Nordmann`, `${a} Kari Berg`],
      conflict: false,
    })
    expect(merged({ [a]: [{ text: 'KARI' }], [b]: [{ text: 'Kari' }] }).conflict).toBe(true)
  })

  it('shows each name of a source once, by the best of its uses', () => {
    expect(
      merged({
        [a]: [
          { text: 'Kari', rank: 1 },
          { text: 'Kari ', rank: 3 },
        ],
      }).variants,
    ).toEqual([`${a} Kari `])
  })

  it('is null where no source has one', () => {
    expect(merged({ [a]: [], [b]: [] })).toEqual({
      value: undefined,
      variants: [],
      conflict: false,
    })
    expect(names.count([])).toBe(0)
  })

  it('does not depend on the order in which sources answer', () => {
    const given = fc.record({
      text: fc.constantFrom('Kari', 'Kari Berg', 'Berg'),
      rank: fc.integer({ min: 1, max: 3 }),
      recorded: fc.constantFrom(
        '2026-01-01T12:00:00Z',
        '2026-01-01T13:00:00+01:00',
        '2025-01-01T00:00:00Z',
      ),
    })
    const answers = fc.uniqueArray(
      fc.tuple(fc.constantFrom<string>(a, b, c), fc.array(given, { maxLength: 4 })),
      {
        selector: ([organization]) => organization,
      },
    )
    fc.assert(
      fc.property(answers, (list) => {
        const there = merged(Object.fromEntries(list.map(([number, all]) => [`${number}`, all])))
        const back = merged(
          Object.fromEntries(list.toReversed().map(([number, all]) => [`${number}`, all])),
        )
        expect(back).toEqual(there)
      }),
    )
  })

  it.each([
    ['has no variants', { sources: [] }],
    ['has a variant without value', { variants: [{ ...variant({ text: 'Kari' }), value: null }] }],
    ['has a rank that is text', { variants: [{ ...variant({ text: 'Kari' }), rank: '3' }] }],
    [
      'has a time that is none',
      { variants: [variant({ text: 'Kari', recorded: '2026-02-30T00:00:00Z' })] },
    ],
    [
      'leaves out a field',
      { variants: [{ ...variant({ text: 'Kari' }), value: { text: 'Kari' } }] },
    ],
    [
      'has more variants than one thing has',
      { variants: Array.from({ length: 51 }, () => variant({ text: 'Kari' })) },
    ],
    ['is nothing', null],
  ])('is refused where a source’s part %s', (_, part) => {
    expect(() => names.read(part, expected(a))).toThrow(new InvalidAnswer('RESPONSE_MALFORMED'))
  })

  it('is named by the contract alone', () => {
    const schema = buildSchema(`
      directive @merge(strategy: Strategy!, orderBy: [String!], key: [String!]) on FIELD_DEFINITION
      enum Strategy { PREFER MARK_CONFLICT MARK_SOURCE }
      enum Use { HOME WORK }
      scalar DateTime
      scalar OrganizationNumber
      type Query { patient: Patient }
      type Patient { address: Address! @merge(strategy: PREFER, orderBy: ["tie"], key: ["lines", "use"]) }
      type Address { value: Place  variants: [Variant!]!  differ: Boolean! @merge(strategy: MARK_CONFLICT) }
      type Variant { value: Place!  tie: String!  from: Organization! @merge(strategy: MARK_SOURCE) }
      type Place { lines: [String!]!  use: Use  at: DateTime  size: Float  flat: Int  lift: Boolean  keeper: Organization }
      type Organization { number: OrganizationNumber! }
    `)
    const address = strategyOf(schema, 'address')
    expect(address.sourceSelection).toBe(
      'variants { value { lines use at size flat lift keeper { number } } tie }',
    )
    const value = {
      lines: ['A 1'],
      use: 'HOME',
      at: null,
      size: 1.5,
      flat: 2,
      lift: true,
      keeper: { number: c },
    }
    const part = (change: object) => ({
      variants: [{ value: { ...value, ...change }, tie: 'x', from: 'me' }],
    })
    const parts = [a, b].map((organization) => ({
      organization,
      part: address.read(
        part({ lines: [organization === a ? 'A  1' : 'A 1'] }),
        expected(organization),
      ),
    }))
    expect(address.merge(parts, {})).toEqual({
      value: { ...value, lines: ['A  1'] },
      variants: [
        { value: { ...value, lines: ['A  1'] }, tie: 'x', from: { number: a } },
        { value, tie: 'x', from: { number: b } },
      ],
      differ: false,
    })
    for (const change of [
      { use: 'AWAY' },
      { flat: 0.5 },
      { flat: 2 ** 31 },
      { lift: 1 },
      { size: '1' },
      { keeper: { number: '1' } },
    ]) {
      expect(() => address.read(part(change), expected(a))).toThrow(InvalidAnswer)
    }
  })
})
