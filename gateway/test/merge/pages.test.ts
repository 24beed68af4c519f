import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { askAll, operationOf } from './ask-all.js'
import { type HeldRow, row } from './rows.js'

const organizations = ['310000108', '310000205', '310000302', '310000507', '310000604']

interface Page {
  readonly edges: readonly {
    readonly cursor: string
    readonly node: { readonly id: string; readonly conflict: boolean }
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

type Held = Readonly<Record<string, readonly HeldRow[]>>

async function readPage(held: Held, first: number, order: string, after?: string | null) {
  const place = after ? `, after: "${after}"` : ''
  const below = `observations(first: ${first}, order: ${order}${place}) { edges { cursor node { id conflict } } pageInfo { hasNextPage endCursor } }`
  const data = (await askAll(operationOf(below), { held })) as { patient: { observations: Page } }
  return data.patient.observations
}

/** Reads a list to its end. */
async function readAll(held: Held, first: number, order: string): Promise<readonly Page[]> {
  const pages: Page[] = []
  for (let after: string | null | undefined, guard = 0; guard < 1_000; guard += 1) {
    const page = await readPage(held, first, order, after)
    pages.push(page)
    if (!page.pageInfo.hasNextPage) return pages
    after = page.pageInfo.endCursor
    if (!after) throw new Error('a page that claims to go on does not say where')
  }
  throw new Error('the list does not end')
}

const idsOf = (pages: readonly Page[]) =>
  pages.flatMap(({ edges }) => edges.map(({ node }) => node.id))

const truths = fc.array(
  fc.record({
    t: fc.integer({ min: 0, max: 40 }),
    holders: fc.uniqueArray(fc.constantFrom(...organizations), { minLength: 1, maxLength: 3 }),
    /** What its second holder has: the same, or other content. */
    differs: fc.boolean(),
  }),
  { maxLength: 60 },
)

function hold(
  rows: readonly { t: number; holders: readonly string[]; differs?: boolean }[],
): Record<string, HeldRow[]> {
  const held: Record<string, HeldRow[]> = Object.fromEntries(organizations.map((n) => [n, []]))
  rows.forEach(({ t, holders, differs }, index) => {
    holders.forEach((holder, at) => {
      const truth = { t, identity: `i${index}`, owner: holders[0] ?? '' }
      const content = differs && at === 1 ? 'other' : `i${index}`
      held[holder]?.push(row(holder, { ...truth, content }))
    })
  })
  return held
}

describe('reading a list page by page', () => {
  it('shows the same rows in the same order whatever the size of the pages, and backwards in reverse', async () => {
    await fc.assert(
      fc.asyncProperty(truths, fc.integer({ min: 1, max: 20 }), async (rows, first) => {
        const held = hold(rows)
        const whole = idsOf(await readAll(held, 1_000, 'NEWEST_FIRST'))
        const conflicts = rows.filter(({ differs, holders }) => differs && holders.length > 1)
        expect(whole).toHaveLength(rows.length + conflicts.length)
        expect(idsOf(await readAll(held, first, 'NEWEST_FIRST'))).toEqual(whole)
        expect(idsOf(await readAll(held, first, 'OLDEST_FIRST'))).toEqual(whole.toReversed())
      }),
      { numRuns: 60 },
    )
  })

  it('goes on after any row, also in the midst of an identity', async () => {
    const held = hold(
      Array.from({ length: 12 }, (_, t) => ({
        t: t % 4,
        holders: organizations.slice(0, 2),
        differs: t % 3 === 0,
      })),
    )
    const [whole] = await readAll(held, 1_000, 'NEWEST_FIRST')
    const edges = whole?.edges ?? []
    expect(edges.length).toBeGreaterThan(12)
    for (const [index, { cursor }] of edges.entries()) {
      const rest = await readPage(held, 1_000, 'NEWEST_FIRST', cursor)
      expect(rest.edges.map(({ node }) => node)).toEqual(
        edges.slice(index + 1).map(({ node }) => node),
      )
    }
  })

  it('shows both sides of a conflict on one page, even where the page is smaller', async () => {
    const held = hold([{ t: 1, holders: organizations.slice(0, 2), differs: true }])
    const page = await readPage(held, 1, 'NEWEST_FIRST')
    expect(page.edges.map(({ node }) => node.conflict)).toEqual([true, true])
    expect(page.pageInfo.hasNextPage).toBe(false)
  })
})

describe('many sources', () => {
  const many = Array.from({ length: 200 }, (_, index) => String(310_000_000 + index))
  const [heavy = ''] = many
  const held: Record<string, HeldRow[]> = Object.fromEntries(
    many.map((source, index) => [
      source,
      Array.from({ length: source === heavy ? 120 : 1 }, (_, n) => {
        const t = source === heavy ? 1_000 + n : index
        return row(source, { t, identity: `${source}-${n}`, owner: source })
      }),
    ]),
  )

  it('are asked for a share of the page, and only those that run out are asked again', async () => {
    const rounds: { number: string; first: unknown; after: unknown }[] = []
    const below = 'observations(first: 100) { nodes { id } pageInfo { hasNextPage } complete }'
    const data = (await askAll(operationOf(below), {
      held,
      asked: (number, { body }) => {
        const { variables } = JSON.parse(Buffer.from(body).toString('utf8')) as {
          variables: Record<string, unknown>
        }
        rounds.push({ number, first: variables['first_0'], after: variables['after_0'] })
      },
    })) as { patient: { observations: { nodes: { id: string }[] } } }
    const { nodes } = data.patient.observations
    expect(nodes).toHaveLength(100)
    expect(nodes.every(({ id }) => id.startsWith(heavy))).toBe(true)
    expect(rounds.slice(0, 200).every(({ first }) => Number(first) < 20)).toBe(true)
    expect(rounds.slice(200).map(({ number }) => number)).toEqual([heavy])
  })
})
