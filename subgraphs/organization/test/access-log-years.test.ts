import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LogPage, startNodeWithYears } from '../../../test/crash/node-with-years.js'

const YEARS = 3
const PER_YEAR = 60
const YEAR_MS = 365 * 86_400_000

// How long a page takes, at size: npm run test:crash -- access-log --events 10000
describe('E11: the patient’s log over three years', () => {
  let node: Awaited<ReturnType<typeof startNodeWithYears>>
  const untilMs = Date.now()
  beforeAll(async () => {
    node = await startNodeWithYears({ years: YEARS, perYear: PER_YEAR, others: 2, untilMs })
  }, 90_000)
  afterAll(() => node?.stop(), 30_000)

  async function everything(variables: object): Promise<LogPage['nodes']> {
    const nodes: LogPage['nodes'][number][] = []
    for (let after: string | null = null; ; ) {
      const page: LogPage = await node.page({ first: 50, ...variables, after })
      nodes.push(...page.nodes)
      expect(page.sources.map(({ status }) => status)).toEqual(['OK'])
      if (!page.pageInfo.hasNextPage) return nodes
      after = page.pageInfo.endCursor
    }
  }

  it('is told page by page, each access once, newest first, the organisation’s and the gateway’s', async () => {
    const nodes = await everything({})
    expect(node.accesses).toBe(2 * YEARS * PER_YEAR)
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(node.accesses)
    expect(nodes).toHaveLength(node.accesses)
    const times = nodes.map(({ recorded }) => Date.parse(recorded))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it('names person and organisation in clear words on every page', async () => {
    for (const { who, text } of await everything({})) {
      expect(who.name).toMatch(/^\S+ \S+$/)
      expect(text).toContain(who.name)
      expect(text).toContain(node.reader)
    }
  })

  it('is told for any one year', async () => {
    for (let year = 0; year < YEARS; year++) {
      const [start, end] = [YEARS - year, YEARS - year - 1].map((ago) =>
        new Date(untilMs - ago * YEAR_MS).toISOString(),
      )
      const nodes = await everything({ filter: { period: { start, end } } })
      expect(nodes).toHaveLength(2 * PER_YEAR)
    }
  })
})
