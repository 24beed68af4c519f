import { describe, expect, it } from '@jest/globals'
import { askAll, operationOf, type Scatter } from './ask-all.js'
import { type HeldRow, row, type Truth } from './rows.js'

const [owner, hospital, refusing] = ['310000108', '310000205', '310000302'] as const
const weight = 'http://loinc.org|29463-7'
const pulse = 'http://loinc.org|8867-4'

const held = (source: string, t: number, more: Partial<Truth> = {}): HeldRow =>
  row(source, { t, identity: `i${t}`, owner, values: { askedAs: weight }, ...more })

/** Two copies of one row that differ, two in force, one alone, and one source that is down. */
const world: Scatter = {
  held: {
    [owner]: [held(owner, 3, { status: 'V' }), held(owner, 2, { content: 'a' }), held(owner, 1)],
    [hospital]: [held(hospital, 4, { status: 'V' }), held(hospital, 2, { content: 'b' })],
  },
  failed: { '310000407': { status: 'TIMED_OUT', reason: 'DEADLINE' } },
}

const TOLD = `complete completeness { agreed asked answered failed withheld } sources { organization { number } status reason returned dropped }`
const LIST = `nodes { id conflict provenance { source { number } } } pageInfo { hasNextPage endCursor } totalCount { value precision } ${TOLD}`
const LATEST = `items { code complete newerMayExist observation { id conflict } } ${TOLD}`

interface Overview {
  readonly [part: string]: unknown
  readonly missing: readonly object[]
  readonly sources: readonly Readonly<Record<string, unknown>>[]
}

async function ask(below: string, scatter: Scatter = world) {
  const data = (await askAll(operationOf(below), scatter)) as { patient: Record<string, unknown> }
  return data.patient as Readonly<Record<string, unknown>> & { readonly overview: Overview }
}

const whole = `overview(codes: ["${weight}", "${pulse}"]) {
  latest { ${LATEST} }
  openAlerts { ${LIST} }
  activePlans(first: 1) { conflict ${LIST} }
  responsible { conflict unclaimed ${LIST} }
  complete completeness { agreed asked answered failed withheld }
  missing { part organization { number } status reason withheld dropped }
  sources { organization { number } status reason returned }
}`
const apart = `
  latest: latestObservations(codes: ["${weight}", "${pulse}"]) { ${LATEST} }
  openAlerts: alerts(filter: { state: [OPEN, IN_PROGRESS, NOT_TOLD] }) { ${LIST} }
  activePlans: carePlans(filter: { status: [ACTIVE] }, first: 1) { conflict ${LIST} }
  responsible: careTeams(filter: { claim: [RESPONSIBLE, PROPOSED, PAUSED, UNCLEAR] }) { conflict unclaimed ${LIST} }`

const PARTS = ['latest', 'openAlerts', 'activePlans', 'responsible']

/** Cursors are sealed anew each time: what they stand for is tried by going on from them. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => (key === 'endCursor' ? typeof inner : inner)))

describe('an overview', () => {
  it('says in each part what its field says alone, of the same rows, sources and gaps', async () => {
    const { overview } = await ask(whole)
    const alone = await ask(apart)
    for (const part of PARTS) {
      expect(bare(overview[part])).toEqual(bare(alone[part]))
      expect(Object.keys(overview[part] as object)).toEqual(Object.keys(alone[part] as object))
    }
    expect(overview['activePlans']).toMatchObject({ conflict: true, complete: false })
  })

  it('tells what is missing of which part, and of all of them together', async () => {
    const { overview } = await ask(whole)
    expect(overview).toMatchObject({
      complete: false,
      completeness: { agreed: 3, asked: 3, answered: 2, failed: 1, withheld: 0 },
      missing: PARTS.map((part) => ({
        part,
        organization: { number: '310000407' },
        status: 'TIMED_OUT',
        reason: 'DEADLINE',
      })),
    })
    expect(overview.sources.map(({ status }) => status)).toEqual(['OK', 'OK', 'TIMED_OUT'])
    const { overview: fine } = await ask(whole, { held: world.held })
    expect(fine).toMatchObject({ complete: true, missing: [] })
  })

  it('goes on page by page with the cursors of the field itself, and the other way round', async () => {
    type Page = { nodes: { id: string }[]; pageInfo: { endCursor: string } }
    const first = (
      await ask('overview { openAlerts(first: 1) { nodes { id } pageInfo { endCursor } } }')
    ).overview['openAlerts'] as Page
    const after = `after: "${first.pageInfo.endCursor}", first: 1`
    const next = (await ask(`overview { openAlerts(${after}) { nodes { id } } }`)).overview
    const alone = await ask(
      `alerts(filter: { state: [OPEN, IN_PROGRESS, NOT_TOLD] }, ${after}) { nodes { id } }`,
    )
    expect(next['openAlerts']).toEqual(alone['alerts'])
    await expect(ask(`alerts(${after}) { nodes { id } }`)).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    })
  })

  it('is in the client’s words: aliases, fragments, twice, and nothing of a part that is left out', async () => {
    const patient = await ask(`at: overview {
        __typename
        fine: complete
        ... on PatientOverview { waiting: openAlerts(first: 1) { nodes { id } } }
        openAlerts @include(if: $no) { complete }
        all: openAlerts { nodes { id } }
      }
      overview { complete missing { part } sources { status } }`)
    expect(patient).toEqual({
      at: {
        __typename: 'PatientOverview',
        fine: false,
        waiting: { nodes: [{ id: `${hospital}.i4` }] },
        all: { nodes: expect.arrayContaining([{ id: `${owner}.i1` }]) },
      },
      overview: { complete: false, missing: [], sources: [] },
    })
  })

  it('asks each class by itself, so that what one is refused takes nothing from the others', async () => {
    const queries: unknown[] = []
    const scatter: Scatter = {
      held: { ...world.held, [refusing]: [held(refusing, 5)] },
      asked: (_organization, { body }) => queries.push(JSON.parse(body.toString()).variables),
      refuses: (organization, { expected }) => {
        const plans = expected.plan.fields.findIndex(({ dataClass }) => dataClass === 'CarePlan')
        return organization === refusing && expected.fields[plans]?.asked === true
      },
    }
    const { overview } = await ask(whole, scatter)
    expect(queries).toHaveLength(3 * 4)
    for (const part of PARTS) {
      const name = apart.split('\n').find((line) => line.trim().startsWith(`${part}:`)) ?? ''
      const alone = await ask(name, scatter)
      expect(bare(overview[part])).toEqual(bare(alone[part]))
    }
    expect(overview.missing).toEqual([
      {
        part: 'activePlans',
        organization: { number: refusing },
        status: 'REFUSED',
        reason: 'ROLE',
        withheld: 'NONE',
        dropped: 0,
      },
    ])
    expect(overview.sources.map(({ status }) => status)).toEqual(['OK', 'OK', 'REFUSED'])
  })

  it('asks a source one question where all parts are of one class', async () => {
    let asked = 0
    await ask('overview { a: openAlerts(first: 1) { complete } openAlerts { complete } }', {
      held: world.held,
      asked: () => {
        asked += 1
      },
    })
    expect(asked).toBe(2)
  })
})
