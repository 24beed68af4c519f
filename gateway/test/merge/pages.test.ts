import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { askAll, operationOf, provider, type Scatter } from './ask-all.js'
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

async function readPage(
  held: Held,
  first: number,
  order: string,
  after?: string | null,
  more: Partial<Scatter> = {},
) {
  const place = after ? `, after: "${after}"` : ''
  const below = `observations(first: ${first}, order: ${order}${place}) { edges { cursor node { id conflict } } pageInfo { hasNextPage endCursor } }`
  const data = (await askAll(operationOf(below), { held, ...more })) as {
    patient: { observations: Page }
  }
  return data.patient.observations
}

/** Reads a list to its end. */
async function readAll(
  held: Held,
  first: number,
  order: string,
  more: Partial<Scatter> = {},
): Promise<readonly Page[]> {
  const pages: Page[] = []
  for (let after: string | null | undefined, guard = 0; guard < 1_000; guard += 1) {
    const page = await readPage(held, first, order, after, more)
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

describe('a page that its requester signed', () => {
  /** Sources that send no row beyond what was signed. */
  const signed: Partial<Scatter> = {
    providers: organizations.map((number) => ({
      ...provider(number),
      requestSignature: 'REQUESTER',
    })),
    request: { signature: 'a.b.c', body: Buffer.from('{}') },
  }
  const sizes = (pages: readonly Page[]) => pages.map(({ edges }) => edges.length)
  const rows = Array.from({ length: 10 }, (_, t) => ({
    t,
    holders: [organizations[t % 3] ?? '', organizations[(t + 1) % 3] ?? ''],
  }))

  it('has as many rows as were signed', async () => {
    for (const order of ['NEWEST_FIRST', 'OLDEST_FIRST']) {
      const pages = await readAll(hold(rows), 4, order, signed)
      expect(sizes(pages)).toEqual([4, 4, 2])
      expect(idsOf(pages)).toEqual(idsOf(await readAll(hold(rows), 4, order)))
    }
  })

  it('shows the same rows in the same order as one that nobody signed, whatever its size', async () => {
    await fc.assert(
      fc.asyncProperty(truths, fc.integer({ min: 1, max: 20 }), async (truth, first) => {
        const held = hold(truth)
        const whole = idsOf(await readAll(held, 1_000, 'NEWEST_FIRST'))
        expect(idsOf(await readAll(held, first, 'NEWEST_FIRST', signed))).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })

  it('ends ahead of an identity that its source has not told whole', async () => {
    const [source = ''] = organizations
    const [other = ''] = organizations.slice(1)
    const copy = { t: 4, identity: 'y', content: 'other', owner: other }
    const held = {
      [source]: [
        row(source, { t: 5, identity: 'x', owner: source }),
        row(source, { t: 4, identity: 'y', owner: source }),
        row(source, copy, 'z'),
        row(source, { t: 3, identity: 'w', owner: source }),
      ],
    }
    const pages = await readAll(held, 2, 'NEWEST_FIRST', {
      ...signed,
      providers: signed.providers?.slice(0, 1) ?? [],
    })
    expect(sizes(pages)).toEqual([1, 2, 1])
  })

  it.each(['NEWEST_FIRST', 'OLDEST_FIRST'])(
    'says of a source that it is cut where it holds more of one identity and instant than were signed, %s',
    async (order) => {
      const [source = '', other = ''] = organizations
      const copies = ['a', 'b', 'c'].map((id) =>
        row(source, { t: 5, identity: 'x', owner: source, content: id }, id),
      )
      const held = {
        [source]: [...copies, row(source, { t: 4, identity: 'w', owner: source }, 'w')],
        [other]: [row(other, { t: 3, identity: 'v', owner: other }, 'v')],
      }
      const reports = async (first: number) => {
        const below = `observations(first: ${first}, order: ${order}) { nodes { id } complete sources { organization { number } status reason } }`
        const providers = signed.providers?.slice(0, 2) ?? []
        const data = (await askAll(operationOf(below), { held, ...signed, providers })) as {
          patient: { observations: { complete: boolean; sources: readonly object[] } }
        }
        return data.patient.observations
      }
      const told = await reports(order === 'NEWEST_FIRST' ? 2 : 1)
      const first = { organization: { number: source } }
      if (order === 'NEWEST_FIRST') {
        expect(told.complete).toBe(false)
        expect(told.sources[0]).toEqual({ ...first, status: 'TRUNCATED', reason: 'ROW_CAP' })
        expect(told.sources[1]).toMatchObject({ status: 'OK', reason: null })
      } else expect(told.sources[0]).toEqual({ ...first, status: 'OK', reason: null })
      expect((await reports(4)).sources[0]).toEqual({ ...first, status: 'OK', reason: null })
    },
  )

  it('may end a row early where sources do not say how far they have told', async () => {
    const alter = (text: string) => text.replace(/,"endCursor":"[^"]*"/, '')
    const pages = await readAll(hold(rows), 4, 'NEWEST_FIRST', { ...signed, alter })
    expect(Math.max(...sizes(pages))).toBeLessThanOrEqual(4)
    expect(idsOf(pages)).toEqual(idsOf(await readAll(hold(rows), 4, 'NEWEST_FIRST')))
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
