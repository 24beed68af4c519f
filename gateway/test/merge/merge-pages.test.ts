import { describe, expect, it } from '@jest/globals'
import { compareKeys, type RowKey } from '@kilde/contract'
import fc from 'fast-check'
import { mergePages, type Order } from '../../src/merge/merge-pages.js'
import { answerOf, row, type Truth } from './rows.js'

const organizations = ['310000108', '310000205', '310000302', '310000507', '310000604']

/** Reads a list to its end, page by page, as the gateway does. */
function readAll(
  held: ReadonlyMap<string, readonly ReturnType<typeof row>[]>,
  first: number,
  order: Order,
) {
  const pages: { ids: string[]; keys: RowKey[] }[] = []
  let after: RowKey | undefined
  for (let guard = 0; guard < 1_000; guard += 1) {
    const answers = [...held].map(([number, rows]) =>
      answerOf(number, rows, first + 1, order, after),
    )
    const page = mergePages(answers, 0, first, order)
    pages.push({
      ids: page.rows.map(({ row: shown }) => shown.key.d),
      keys: page.rows.map(({ row: shown }) => shown.key),
    })
    if (!page.hasNextPage) return pages
    after = page.rows.at(-1)?.boundary
    if (!after) throw new Error('a page without rows claims that more follow')
  }
  throw new Error('the list does not end')
}

const truths = fc.array(
  fc.record({
    t: fc.integer({ min: 0, max: 40 }),
    holders: fc.uniqueArray(fc.constantFrom(...organizations), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 120 },
)

function hold(rows: readonly { t: number; holders: readonly string[] }[]) {
  const held = new Map<string, ReturnType<typeof row>[]>(
    organizations.map((number) => [number, []]),
  )
  rows.forEach(({ t, holders }, index) => {
    const truth: Truth = { t, identity: `i${index}`, owner: holders[0] ?? '' }
    for (const holder of holders) held.get(holder)?.push(row(holder, truth))
  })
  return held
}

describe('merging pages', () => {
  it.each(['NEWEST_FIRST', 'OLDEST_FIRST'] as const)(
    'shows every identity once and none is missing, in total order: %s',
    (order) => {
      fc.assert(
        fc.property(truths, fc.integer({ min: 1, max: 20 }), (rows, first) => {
          const pages = readAll(hold(rows), first, order)
          const keys = pages.flatMap(({ keys: shown }) => shown)
          expect(new Set(keys.map(({ i }) => i)).size).toBe(rows.length)
          expect(keys).toHaveLength(rows.length)
          const sign = order === 'NEWEST_FIRST' ? -1 : 1
          const places = keys.map(({ t, i }) => ({ t, i, o: '', d: '' }))
          expect([...places].sort((a, b) => sign * compareKeys(a, b))).toEqual(places)
        }),
        { numRuns: 150 },
      )
    },
  )

  it('gives the same page again for the same place', () => {
    const held = hold(
      Array.from({ length: 60 }, (_, t) => ({
        t: t % 7,
        holders: organizations.slice(0, 1 + (t % 3)),
      })),
    )
    expect(readAll(held, 10, 'NEWEST_FIRST')).toEqual(readAll(held, 10, 'NEWEST_FIRST'))
  })

  it('shows both sides of a conflict on one page, even where the page is smaller', () => {
    const [a = '', b = ''] = organizations
    const truth = { t: 1, identity: 'x', owner: a }
    const answers = [
      answerOf(a, [row(a, truth)], 2, 'NEWEST_FIRST'),
      answerOf(b, [row(b, { ...truth, content: 'other' })], 2, 'NEWEST_FIRST'),
    ]
    const page = mergePages(answers, 0, 1, 'NEWEST_FIRST')
    expect(page.rows.map(({ conflict }) => conflict)).toEqual([true, true])
    expect(page.hasNextPage).toBe(false)
  })

  it('holds rows back that another source’s unsent copies may belong to', () => {
    const [a = '', b = ''] = organizations
    const held = new Map([
      [a, [5, 4, 3].map((t) => row(a, { t, identity: `a${t}`, owner: a }))],
      [b, [1].map((t) => row(b, { t, identity: `b${t}`, owner: b }))],
    ])
    const answers = [...held].map(([number, rows]) => answerOf(number, rows, 2, 'NEWEST_FIRST'))
    const page = mergePages(answers, 0, 5, 'NEWEST_FIRST')
    expect(page.rows.map(({ row: shown }) => shown.key.t)).toEqual([5])
    expect(page.hasNextPage).toBe(true)
  })
})
