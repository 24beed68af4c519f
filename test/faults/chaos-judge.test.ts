import { describe, expect, it } from '@jest/globals'
import type { Asked, List, Row } from '../chaos/ask.js'
import type { Kind, Outage } from '../chaos/faults.js'
import { judge, oracleOf } from '../chaos/judge.js'
import { type Holder, holders, numberOf } from '../chaos/world.js'

const row = (holder: Holder, at: number): Row => ({
  id: `${numberOf(holder)}.${at}`,
  provenance: [{ organization: { number: numberOf(holder) } }],
})
const rowsOf = (holder: Holder): readonly Row[] => [row(holder, 1), row(holder, 2)]

/** An answer in which these are missing, each with a status. */
function answered(missing: Readonly<Partial<Record<Holder, string>>> = {}): List {
  const there = holders.filter((holder) => missing[holder] === undefined)
  const nodes = there.flatMap(rowsOf)
  const isWhole = there.length === holders.length
  return {
    nodes,
    complete: isWhole,
    totalCount: { value: nodes.length, precision: isWhole ? 'EXACT' : 'LOWER_BOUND' },
    sources: holders.map((holder) => ({
      organization: { number: numberOf(holder) },
      status: missing[holder] ?? 'OK',
      reason: null,
      returned: missing[holder] ? 0 : 2,
    })),
  }
}

const oracle = oracleOf(answered())
const asked = (list: List | undefined, fault?: string): Asked => ({
  ...{ trace: 't', persona: 'nurse', fromMs: 10_000, untilMs: 10_500 },
  ...(list && { list }),
  ...(fault !== undefined && { fault }),
})
const outage = (kind: Kind, at: Outage['at'], fromMs = 9_000, untilMs = 12_000): Outage => ({
  ...{ kind, at, fromMs, untilMs },
  overMs: untilMs + 500,
})
const told = (one: Asked, outages: readonly Outage[] = []) =>
  judge(one, oracle, outages).map(({ what, detail }) => `${what} ${detail}`)

describe('What is held against an answer amid chaos', () => {
  it('is nothing where it is whole, or says who is missing', () => {
    expect(told(asked(answered()))).toEqual([])
    const down = [outage('killed', 'gp')]
    expect(told(asked(answered({ gp: 'UNREACHABLE' })), down)).toEqual([])
    // A source that was left alone may be late on a busy machine: then it says so.
    expect(told(asked(answered({ gp: 'TIMED_OUT' })))).toEqual([])
  })

  it('is a row that is missing, changed, doubled, or of a source that did not answer', () => {
    const whole = answered()
    const [first] = whole.nodes
    if (!first) throw new Error('no rows')
    const wrong = [
      whole.nodes.slice(1),
      [{ ...first, id: 'other' }, ...whole.nodes.slice(1)],
      [first, ...whole.nodes],
    ]
    for (const nodes of wrong) {
      expect(told(asked({ ...whole, nodes }))).toEqual([
        expect.stringContaining(`WRONG_ANSWER ${numberOf('municipality')} OK`),
      ])
    }
    const gone = answered({ hospital: 'UNREACHABLE' })
    expect(told(asked({ ...gone, nodes: whole.nodes }))).toEqual([
      expect.stringContaining(`WRONG_ANSWER ${numberOf('hospital')} UNREACHABLE: 2 rows of 0`),
    ])
  })

  it('is a list that says that it is complete, or counts exactly, and is not', () => {
    const part = answered({ gp: 'TIMED_OUT' })
    expect(told(asked({ ...part, complete: true }))).toEqual(['WRONG_ANSWER complete is true'])
    const totalCount = { value: 4, precision: 'EXACT' }
    expect(told(asked({ ...part, totalCount }))).toEqual(['WRONG_ANSWER exactly 4 of 6'])
    expect(told(asked({ ...answered(), sources: [] }))).toHaveLength(6)
  })

  it('is an outage that nobody is told of', () => {
    const whole = asked(answered())
    for (const kind of ['killed', 'paused', 'cut off', 'silent', 'wrong clock'] as const)
      expect(told(whole, [outage(kind, 'gp')])).toEqual([
        `HIDDEN_OUTAGE gp was ${kind} and is told OK`,
      ])
    // What ended before, began later, or only slows down, may be answered amid.
    expect(told(whole, [outage('killed', 'gp', 5_000, 10_100)])).toEqual([])
    expect(told(whole, [outage('killed', 'gp', 10_100, 12_000)])).toEqual([])
    expect(told(whole, [outage('slow disk', 'gp')])).toEqual([])
  })

  it('is a request without an answer while the gateway was well', () => {
    const none = asked(undefined, '500 INTERNAL')
    expect(told(none)).toEqual(['UNEXPLAINED_FAULT 500 INTERNAL'])
    expect(told(none, [outage('killed', 'gp')])).toEqual(['UNEXPLAINED_FAULT 500 INTERNAL'])
    expect(told(none, [outage('gateway killed', 'gateway')])).toEqual([])
  })
})
