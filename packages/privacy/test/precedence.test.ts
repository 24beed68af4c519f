import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Access, Block, closedBy, closesEverything, closuresOf } from '../src/index.js'
import { oracle } from './oracle.js'
import { access, codes, instant, items, row, statement, viewOf } from './statements.js'

const statements = fc.array(statement, { maxLength: 6 })

const ID = '0b0e1a52-5d9c-4f0f-9d0e-1f8c5c3c2a11'
const named = { professional: '9990001' } as const
const hospital = { organization: '310000205' } as const
const doctor: Access = {
  organization: '310000205',
  professional: '9990001',
  groups: ['LE'],
  dataClass: 'Observation',
  heldBy: '310000108',
  atMs: Date.parse(instant(3)),
}
const measured = {
  owner: '310000108',
  codes: [codes[0]],
  item: items[0],
  tMs: Date.parse(instant(3)),
}

describe('precedence', () => {
  it('agrees with an independent oracle, in any order of the statements', () => {
    const seen = { CLOSED: 0, OPEN: 0, OPENED: 0 }
    fc.assert(
      fc.property(
        statements.chain((blocks) => fc.tuple(fc.constant(blocks), shuffled(blocks))),
        statements.chain((consents) => fc.tuple(fc.constant(consents), shuffled(consents))),
        access,
        row,
        ([blocks, otherBlocks], [consents, otherConsents], who, what) => {
          const expected = oracle(blocks, consents, who, what)
          const closed = (b: readonly Block[], c: readonly Block[]) =>
            closedBy(closuresOf(viewOf(b, c), who), what) === undefined ? 'OPEN' : 'CLOSED'
          expect(closed(blocks, consents)).toBe(expected)
          expect(closed(otherBlocks, otherConsents)).toBe(expected)
          seen[expected] += 1
          if (expected === 'OPEN' && oracle(blocks, [], who, what) === 'CLOSED') seen.OPENED += 1
        },
      ),
      { numRuns: 10_000 },
    )
    // A test that hardly ever meets one of them would prove nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(300)
  })

  it('closes every row where it says that everything is closed', () => {
    fc.assert(
      fc.property(statements, statements, access, row, (blocks, consents, who, what) => {
        const closures = closuresOf(viewOf(blocks, consents), who)
        fc.pre(closesEverything(closures))
        expect(closedBy(closures, what)).toBeDefined()
      }),
    )
  })

  it('lets a reservation close what every consent opens', () => {
    const view = {
      ...viewOf([], [make({}, { professional: '9990001' })]),
      reservations: [{ id: ID, validity: { from: instant(1) } }],
    }
    expect(closedBy(closuresOf(view, doctor), measured)).toBe(ID)
  })
})

describe('of two statements', () => {
  const decide = (block: Block, consent: Block) =>
    closedBy(closuresOf(viewOf([block], [consent]), doctor), measured) === undefined

  it.each([
    ['a named professional beats an organisation', make({}, hospital), make({}, named), true],
    [
      'an organisation does not beat a named professional',
      make({}, named),
      make({}, hospital),
      false,
    ],
    ['an organisation beats everybody', make(), make({}, hospital), true],
    ['a group beats everybody', make(), make({}, { group: 'LE' }), true],
    [
      'group and organisation cannot be compared',
      make({}, hospital),
      make({}, { group: 'LE' }),
      false,
    ],
    ['an item beats its element', make({ code: codes[0] }), make({ item: items[0] }), true],
    [
      'an element beats a class',
      make({ dataClass: 'Observation' }),
      make({ code: codes[0] }),
      true,
    ],
    ['a class beats all data', make(), make({ dataClass: 'Observation' }), true],
    ['a period inside another beats it', make(span(1, 5)), make(span(2, 4)), true],
    ['periods that only overlap cannot be compared', make(span(1, 4)), make(span(2, 5)), false],
    [
      'less of what is not made up for by more of whom',
      make({ code: codes[0] }),
      make({}, named),
      false,
    ],
    ['the objection wins a tie', make({}, named), make({}, named), false],
  ])('%s', (_name, block, consent, opens) => {
    expect(decide(block, consent)).toBe(opens)
  })

  it('neither counts before it begins or after it ends', () => {
    const ended = { ...make(), validity: { from: instant(1), until: instant(2) } }
    const coming = { ...make(), validity: { from: instant(5) } }
    expect(closedBy(closuresOf(viewOf([ended, coming]), doctor), measured)).toBeUndefined()
  })
})

it('a block on an organisation closes its rows and no others, whoever holds the copy', () => {
  const closures = closuresOf(viewOf([make({ organization: '310000108' })]), doctor)
  expect(closedBy(closures, measured)).toBeDefined()
  expect(closedBy(closures, { ...measured, owner: '310000205' })).toBeUndefined()
  // Recorded after the block was made.
  expect(closedBy(closures, { ...measured, tMs: Date.parse('2031-01-01') })).toBeDefined()
})

it('a block says whether it names this very professional, which no break-glass of the same person lifts', () => {
  const closures = closuresOf(viewOf([make({}, named), make({}, hospital)]), doctor)
  expect(closures.blocks.map((closure) => closure.named)).toEqual([true, false])
})

function make(data: object = {}, recipient: object = {}): Block {
  return Block.parse({ id: ID, data, recipient, validity: { from: instant(1) } })
}

function span(from: number, until: number) {
  return { from: instant(from), until: instant(until) }
}

const shuffled = <T>(values: readonly T[]) =>
  fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length })
