import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoCharts, generateRows } from '@kilde/demo'
import { askAs } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { refusalOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { type List, tryObservations } from '../../kit/observations.js'
import { questionsToSources } from '../../kit/sources.js'
import { askPage, isInTotalOrder, type Row, readAll, rowsOf } from './pages.js'

const patient = patients.copd
const holders = ['municipality', 'hospital', 'gp', 'neighbour', 'homeCare'] as const
const until = new Date('2026-03-15T10:00:00+01:00')
const ROWS = 5_000
const PAGE = 50

let network: WatchedNetwork
let newestFirst: readonly List<Row>[]
beforeAll(async () => {
  const data = { patient, organizations: holders, rows: ROWS, until }
  network = await startNetwork({ data })
  await network.load(demoCharts(until).copies)
}, 120_000)
afterAll(() => network.stop(), 60_000)

describe('5,000 rows of one patient over 5 organisations, read page by page', () => {
  it('are read newest first: no row twice, none missing, in one total order', async () => {
    newestFirst = await readAll(network, { patient, first: PAGE })
    expect(newestFirst.map(({ nodes }) => nodes.length)).toEqual(Array<number>(100).fill(PAGE))
    const rows = rowsOf(newestFirst)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(ROWS)
    expect(isInTotalOrder(rows, false)).toBe(true)
    const perSource = rows.map(({ id }) => id.slice(0, 9))
    for (const key of holders) {
      const { number } = organizations[key]
      expect(perSource.filter((one) => one === number)).toHaveLength(ROWS / 5)
    }
  }, 120_000)

  it('are read oldest first: exactly the reverse', async () => {
    const pages = await readAll(network, { patient, first: PAGE, order: 'OLDEST_FIRST' })
    expect(pages).toHaveLength(100)
    expect(rowsOf(pages).map(idOf)).toEqual(rowsOf(newestFirst).map(idOf).toReversed())
  }, 120_000)

  it('say on every page that nothing is missing, how many rows there are, and whether the list goes on', () => {
    for (const page of newestFirst) {
      expect(page.complete).toBe(true)
      // Five sources hold rows: copies of one row could be counted twice.
      expect(page.totalCount).toEqual({ value: ROWS, precision: 'UPPER_BOUND' })
      expect(page.sources.map(({ returned }) => returned).reduce(sum)).toBe(PAGE)
      expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor)
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor)
    }
    const goesOn = newestFirst.map(({ pageInfo }) => pageInfo.hasNextPage)
    expect(goesOn).toEqual([...Array<boolean>(99).fill(true), false])
    const hasPrevious = newestFirst.map(({ pageInfo }) => pageInfo.hasPreviousPage)
    expect(hasPrevious).toEqual([false, ...Array<boolean>(99).fill(true)])
  })

  it('give the same rows and cursors when a page is read again, also after a new sign-in', async () => {
    const session = await network.signIn('nurse')
    const signedInAgain = {
      ask: (_persona: string, query: string, variables: object = {}) =>
        askAs(session, `${network.gateway}/graphql`, { query, variables: { ...variables } }),
    }
    for (const at of [0, 1, 42, 99]) {
      const again = await askPage(signedInAgain, { patient, first: PAGE, ...afterPage(at) })
      expect(again.nodes).toEqual(newestFirst[at]?.nodes)
      expect(again.edges).toEqual(newestFirst[at]?.edges)
      expect(again.pageInfo).toEqual(newestFirst[at]?.pageInfo)
    }
  })

  it('go on from any row, with pages of another size', async () => {
    const after = newestFirst[3]?.edges[16]?.cursor ?? ''
    const { nodes } = await askPage(network, { patient, first: 120, after })
    const all = rowsOf(newestFirst)
    expect(nodes.map(idOf)).toEqual(all.slice(3 * PAGE + 17, 3 * PAGE + 17 + 120).map(idOf))
  })

  it('are read in pages of up to 1,000', async () => {
    const pages = await readAll(network, { patient, first: 1_000 })
    expect(rowsOf(pages).map(idOf)).toEqual(rowsOf(newestFirst).map(idOf))
    expect(pages).toHaveLength(5)
  })

  it('can be cut to the newest n, over all pages together', async () => {
    const pages = await readAll(network, { patient, first: PAGE, filter: { last: 120 } })
    expect(pages.map(({ nodes }) => nodes.length)).toEqual([50, 50, 20])
    expect(rowsOf(pages).map(idOf)).toEqual(rowsOf(newestFirst).slice(0, 120).map(idOf))
    for (const { totalCount } of pages) expect(totalCount.value).toBe(120)
  })

  it('count no more exactly than can be known', async () => {
    const filter = { sources: [organizations.gp.number] }
    const one = await askPage(network, { patient, first: 1, filter })
    expect(one.totalCount).toEqual({ value: ROWS / 5, precision: 'LOWER_BOUND' })
    const two = await askPage(network, {
      patient,
      first: 1,
      filter: { sources: [organizations.gp.number, organizations.hospital.number] },
    })
    expect(two.totalCount).toEqual({ value: (2 * ROWS) / 5, precision: 'UNKNOWN' })
    const none = await askPage(network, { patient: patients.none, first: 1 })
    expect(none.totalCount).toEqual({ value: 0, precision: 'EXACT' })
  })

  it('stay where they are for a reader in the middle when a newer row comes in', async () => {
    const seed = 'newcomer'
    const later = new Date(until.getTime() + 3_600_000)
    await network.load(
      generateRows({ patient, organizations: ['gp'], rows: 1, until: later, seed }),
    )
    const second = await askPage(network, { patient, first: PAGE, ...afterPage(1) })
    expect(second.nodes).toEqual(newestFirst[1]?.nodes)
    const first = await askPage(network, { patient, first: PAGE })
    expect(first.nodes.slice(1)).toEqual(newestFirst[0]?.nodes.slice(0, PAGE - 1))
  })
})

describe('copies of one row at two organisations', () => {
  it.each([1, 7])(
    'stand on one page whatever its size: %d',
    async (first) => {
      // A week of pulses around the one that differs.
      const period = { start: '2026-02-10T00:00:00+01:00', end: '2026-02-17T00:00:00+01:00' }
      const filter = { codes: ['http://loinc.org|8867-4'], period }
      const question = { patient: patients.copies, filter }
      const [whole] = await readAll(network, { ...question, first: 1_000 })
      const pages = await readAll(network, { ...question, first })
      expect(rowsOf(pages)).toEqual(whole?.nodes)
      // The two rows of the conflict are one identity: they are shown together.
      const most = Math.max(...pages.map(({ nodes }) => nodes.length))
      expect(most).toBe(Math.max(first, 2))
    },
    60_000,
  )
})

describe('a cursor', () => {
  const cursor = () => newestFirst[0]?.pageInfo.endCursor ?? ''
  const refusals: readonly [string, () => Parameters<typeof tryObservations>[2], string?][] = [
    ['of another patient', () => ({ ...question(), patient: patients.copies })],
    ['of another requester', question, 'gp'],
    ['of another filter', () => ({ ...question(), filter: { abnormalOnly: true } })],
    ['of another order', () => ({ ...question(), order: 'OLDEST_FIRST' })],
    ...[0, 1, 2, 3].map((part): [string, () => ReturnType<typeof question>] => [
      `with its part ${part} changed`,
      () => question(changed(cursor(), part)),
    ]),
    ['that is cut', () => question(cursor().slice(0, -1))],
    ['that nobody made', () => question('bm90IGEgY3Vyc29y')],
    ['that is empty', () => question('')],
    ['that is very long', () => question('a'.repeat(50_000))],
  ]

  it.each(refusals)(
    '%s is refused before anybody is asked',
    async (_, asked, persona = 'nurse') => {
      const before = questionsToSources(network)
      const answer = await tryObservations(network, persona, asked())
      expect(refusalOf(answer)).toEqual({
        status: 400,
        code: 'CURSOR_INVALID',
        text: 'The cursor is not one of this list. Start again without `after`.',
      })
      expect(questionsToSources(network)).toBe(before)
    },
  )

  it('does not grow while the list is read', () => {
    const lengths = newestFirst.flatMap(({ edges }) => edges.map((edge) => edge.cursor.length))
    expect(Math.max(...lengths)).toBeLessThan(200)
  })

  function question(after = cursor()) {
    return { patient, rows: 'id', after } as const
  }
})

const idOf = ({ id }: Row): string => id
const sum = (a: number, b: number): number => a + b

function afterPage(at: number): { readonly after?: string } {
  const after = newestFirst[at - 1]?.pageInfo.endCursor
  return after ? { after } : {}
}

/** The same cursor with one character of one of its parts replaced. */
function changed(cursor: string, part: number): string {
  const parts = cursor.split('.')
  const old = parts[part] ?? ''
  parts[part] = `${old.startsWith('A') ? 'B' : 'A'}${old.slice(1)}`
  return parts.join('.')
}
