import { describe, expect, it } from '@jest/globals'
import { askAll, operationOf, patient, provider, type Scatter } from './ask-all.js'
import { type HeldRow, row, type Truth } from './rows.js'

const owner = '310000108'
const hospital = '310000205'

interface List {
  readonly nodes: readonly Record<string, unknown>[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
  readonly sources: readonly Record<string, unknown>[]
  readonly [field: string]: unknown
}

async function ask(below: string, scatter: Scatter) {
  const data = (await askAll(operationOf(below), scatter)) as { patient: Record<string, unknown> }
  return data.patient
}

const list = async (below: string, scatter: Scatter): Promise<List> =>
  (await ask(`observations${below}`, scatter))['observations'] as List

const held = (source: string, t: number, more: Partial<Truth> = {}): HeldRow =>
  row(source, { t, identity: `i${t}`, owner, ...more })

const idAt = (source: string, t: number) => `${source}.i${t}`

describe('an answer of all sources', () => {
  it('is in the client’s words and order: aliases, fragments, several lists, __typename', async () => {
    const operation = `${operationOf('__typename newest: observations(first: 1) { ...Rows __typename } all: observations(order: OLDEST_FIRST) { nodes { id } complete }')}
      fragment Rows on ObservationConnection { rows: nodes { id } edges { at: cursor it: node { id again: __typename id } } fine: complete sources { who: organization { __typename n: number } status } }`
    const data = (await askAll(operation, {
      held: { [owner]: [held(owner, 2)], [hospital]: [held(hospital, 1)] },
    })) as { patient: Record<string, unknown> }
    const id = idAt(owner, 2)
    expect(data).toEqual({
      patient: {
        __typename: 'Patient',
        newest: {
          rows: [{ id }],
          edges: [{ at: expect.any(String), it: { id, again: 'Observation' } }],
          fine: true,
          sources: [
            { who: { __typename: 'Organization', n: owner }, status: 'OK' },
            { who: { __typename: 'Organization', n: hospital }, status: 'OK' },
          ],
          __typename: 'ObservationConnection',
        },
        all: { nodes: [{ id: idAt(hospital, 1) }, { id }], complete: true },
      },
    })
    const newest = data.patient['newest'] as object
    expect(Object.keys(newest)).toEqual(['rows', 'edges', 'fine', 'sources', '__typename'])
  })

  it('leaves out what @skip and @include leave out, at any depth', async () => {
    const scatter = { held: { [owner]: [held(owner, 1)] } }
    const below =
      '{ nodes @include(if: $no) { id } edges { cursor node @skip(if: $yes) { id } } complete @skip(if: true) rows: nodes { id @include(if: $yes) code { text @skip(if: $yes) } } }'
    const answered = await list(below, scatter)
    expect(answered).toEqual({
      edges: [{ cursor: expect.any(String) }],
      rows: [{ id: idAt(owner, 1), code: {} }],
    })
    const other = (await askAll(operationOf(`observations ${below}`), {
      ...scatter,
      variables: { no: true, yes: false },
    })) as { patient: { observations: object } }
    expect(Object.keys(other.patient.observations)).toEqual(['nodes', 'edges', 'rows'])
  })

  it('joins the provenance of copies and marks who answered, whatever the rows say', async () => {
    const provenance = [
      { source: { number: '999999999' }, superseded: true, version: 1 },
      { source: { number: '999999998' }, superseded: false, version: 2 },
    ]
    const rows = (source: string) => [
      held(source, 1, {
        values: { conflict: true, provenance: source === owner ? provenance.slice(1) : provenance },
      }),
    ]
    const answered = await list(
      '{ nodes { conflict provenance { source { number name } superseded version } } }',
      { held: { [owner]: rows(owner), [hospital]: rows(hospital) } },
    )
    const entry = (number: string, version: number) => ({
      source: { name: `Name of ${number}` },
      superseded: false,
      version,
    })
    expect(answered.nodes).toEqual([
      {
        conflict: false,
        provenance: [entry(owner, 2), entry(hospital, 1), entry(hospital, 2)],
      },
    ])
  })

  it('shows a corrected row once, with its older copy as superseded', async () => {
    const shown = await list(
      '{ nodes { id provenance { superseded } } totalCount { value precision } }',
      {
        held: {
          [owner]: [
            held(owner, 1, { version: 2, values: { provenance: [{ superseded: false }] } }),
          ],
          [hospital]: [held(hospital, 1, { values: { provenance: [{ superseded: false }] } })],
        },
      },
    )
    expect(shown).toEqual({
      nodes: [{ id: idAt(owner, 1), provenance: [{ superseded: false }, { superseded: true }] }],
      totalCount: { value: 1, precision: 'EXACT' },
    })
  })

  it('does not let a copy of a row that was entered in error pass for current', async () => {
    const scatter = {
      held: {
        [owner]: [held(owner, 1, { version: 2, status: 'E' })],
        [hospital]: [held(hospital, 1), held(hospital, 2)],
      },
    } as const
    const shown = await list('{ nodes { id } }', scatter)
    expect(shown.nodes).toEqual([{ id: idAt(hospital, 2) }])
    const errors = await list('(filter: { status: [ENTERED_IN_ERROR] }) { nodes { id } }', scatter)
    expect(errors.nodes).toEqual([{ id: idAt(owner, 1) }])
  })

  it('flags rows that may be one measurement, and copies at another instant', async () => {
    const shown = await list('{ nodes { id possibleDuplicateOf conflict } }', {
      held: {
        [owner]: [
          held(owner, 5, { identity: 'a', content: 'same' }),
          held(owner, 3, { identity: 'moved' }),
        ],
        [hospital]: [
          held(hospital, 5, { identity: 'b', content: 'same' }),
          held(hospital, 2, { identity: 'moved' }),
        ],
      },
    })
    const flags = (id: string, duplicates: string[], conflict: boolean) => ({
      id,
      possibleDuplicateOf: duplicates,
      conflict,
    })
    expect(shown.nodes).toHaveLength(4)
    expect(shown.nodes).toEqual(
      expect.arrayContaining([
        flags(`${owner}.a`, [`${hospital}.b`], false),
        flags(`${hospital}.b`, [`${owner}.a`], false),
        flags(`${owner}.moved`, [], true),
        flags(`${hospital}.moved`, [], true),
      ]),
    )
  })

  it('reports a failed source as such and claims nothing', async () => {
    const shown = await list(
      '{ complete completeness { agreed asked answered failed } totalCount { value precision } sources { status reason elapsed returned recovered } }',
      {
        held: { [owner]: [held(owner, 1)] },
        failed: { [hospital]: { status: 'TIMED_OUT', reason: 'DEADLINE' } },
      },
    )
    expect(shown).toEqual({
      complete: false,
      completeness: { agreed: 2, asked: 2, answered: 1, failed: 1 },
      totalCount: { value: 1, precision: 'LOWER_BOUND' },
      sources: [
        { status: 'OK', reason: null, elapsed: 100, returned: 1, recovered: false },
        { status: 'TIMED_OUT', reason: 'DEADLINE', elapsed: 100, returned: 0, recovered: false },
      ],
    })
  })

  it('tells of a source that was not asked for one list as that, also where it failed for another', async () => {
    const answered = await ask(
      `all: observations { sources { status } } some: observations(filter: { sources: ["${owner}"] }) { sources { status reason } }`,
      {
        held: { [owner]: [held(owner, 1)] },
        failed: { [hospital]: { status: 'INVALID', reason: 'RESPONSE_MALFORMED' } },
      },
    )
    expect(answered).toEqual({
      all: { sources: [{ status: 'OK' }, { status: 'INVALID' }] },
      some: {
        sources: [
          { status: 'OK', reason: null },
          { status: 'NOT_ASKED', reason: 'EXCLUDED' },
        ],
      },
    })
  })

  it('says that a source is back which failed on the page before', async () => {
    const rows = [held(owner, 2), held(owner, 1)]
    const first = await list('(first: 1) { pageInfo { endCursor } }', {
      held: { [owner]: rows },
      failed: { [hospital]: { status: 'UNREACHABLE', reason: 'CONNECTION_FAILED' } },
    })
    const second = await list(
      `(first: 1, after: "${first.pageInfo.endCursor}") { complete sources { status recovered } }`,
      { held: { [owner]: rows, [hospital]: [held(hospital, 3)] } },
    )
    expect(second).toEqual({
      complete: false,
      sources: [
        { status: 'OK', recovered: false },
        { status: 'EMPTY', recovered: true },
      ],
    })
  })

  it('says so too of a source that was not asked because it was being drained', async () => {
    const rows = { [owner]: [held(owner, 2), held(owner, 1)], [hospital]: [held(hospital, 3)] }
    const first = await list('(first: 1) { pageInfo { endCursor } }', {
      held: rows,
      providers: [provider(owner), provider(hospital, 'DRAINING')],
    })
    const second = await list(
      `(first: 1, after: "${first.pageInfo.endCursor}") { complete sources { status recovered } }`,
      { held: rows },
    )
    expect(second).toMatchObject({
      complete: false,
      sources: [{ recovered: false }, { recovered: true }],
    })
  })

  it('gives the newest n over all sources with `last`, also page by page', async () => {
    const scatter = {
      held: {
        [owner]: [held(owner, 4), held(owner, 2)],
        [hospital]: [held(hospital, 3), held(hospital, 1)],
      },
    }
    const pageAt = (after = '') =>
      list(
        `(first: 2, filter: { last: 3 }${after}) { nodes { id } pageInfo { hasNextPage endCursor } }`,
        scatter,
      )
    const first = await pageAt()
    expect(first.nodes).toEqual([{ id: idAt(owner, 4) }, { id: idAt(hospital, 3) }])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const second = await pageAt(`, after: "${first.pageInfo.endCursor}"`)
    expect(second.nodes).toEqual([{ id: idAt(owner, 2) }])
    expect(second.pageInfo.hasNextPage).toBe(false)
  })

  it('gives the newest n that can be shown, also where a correction elsewhere hides one of a source', async () => {
    const shown = await list('(filter: { last: 2 }) { nodes { id } pageInfo { hasNextPage } }', {
      held: {
        [owner]: [held(owner, 4, { version: 2, status: 'E' })],
        [hospital]: [held(hospital, 4), held(hospital, 3), held(hospital, 2), held(hospital, 1)],
      },
      asked: (_number, { body }) => {
        expect(Buffer.from(body).toString('utf8')).not.toContain('"last"')
      },
    })
    expect(shown).toEqual({
      nodes: [{ id: idAt(hospital, 3) }, { id: idAt(hospital, 2) }],
      pageInfo: { hasNextPage: false },
    })
  })

  it('gives the newest row for each code, and says where a newer one may be missing', async () => {
    const codes = ['http://loinc.org|8867-4', 'http://loinc.org|29463-7']
    const at = (source: string, t: number, code: number) =>
      held(source, t, { values: { askedAs: codes[code] } })
    const answered = await ask(
      `latestObservations(codes: ${JSON.stringify(codes)}) { items { code row: observation { id } complete newerMayExist } complete }`,
      {
        held: {
          [owner]: [at(owner, 1, 0)],
          [hospital]: [at(hospital, 2, 0)],
        },
      },
    )
    expect(answered['latestObservations']).toEqual({
      items: [
        { code: codes[0], row: { id: idAt(hospital, 2) }, complete: true, newerMayExist: false },
        { code: codes[1], row: null, complete: true, newerMayExist: false },
      ],
      complete: true,
    })
  })

  it.each([
    ['first: 0', '`first` must be a whole number from 1 to 1000.'],
    ['first: 100000', '`first` must be a whole number from 1 to 1000.'],
    ['filter: { last: 0 }', '`filter.last` must be a whole number from 1 to 1000.'],
    ['order: OLDEST_FIRST, filter: { last: 1 }', '`filter.last` needs `order: NEWEST_FIRST`.'],
    ['filter: { codes: ["8867-4"] }', '`filter.codes` must hold FHIR tokens, `system|code`.'],
    ['filter: { codes: [] }', '`filter.codes` must name 1 to 50 values.'],
    ['filter: { sources: ["x"] }', '`filter.sources` must hold organisation numbers of 9 digits.'],
    [
      'filter: { period: { start: "2026-01-01" } }',
      '`filter.period.start` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.',
    ],
    [
      'filter: { period: { start: "2026-01-02T00:00:00Z", end: "2026-01-01T00:00:00Z" } }',
      '`filter.period` must start before it ends.',
    ],
  ])('is refused for %s', async (args, text) => {
    await expect(list(`(${args}) { complete }`, { held: {} })).rejects.toMatchObject({
      code: 'ARGUMENT_OUT_OF_RANGE',
      publicText: text,
    })
  })

  it('calls nothing complete when nobody was located', async () => {
    expect(await list('{ complete sources { status } }', { held: {} })).toEqual({
      complete: false,
      sources: [],
    })
  })
})

describe('a request that lays down what must be there', () => {
  const scatter: Scatter = {
    held: { [owner]: [held(owner, 1)] },
    failed: { [hospital]: { status: 'TIMED_OUT', reason: 'DEADLINE' } },
  }
  const asked = (args: string) =>
    askAll(
      `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier, ${args}) { observations { nodes { id } completeness { policy { completion mandatorySources sources excludeSources } } sources { status reason } } } }`,
      scatter,
    )

  it('is refused with ALL_OR_ERROR where a source is missing, which is named', async () => {
    await expect(asked('completion: ALL_OR_ERROR')).rejects.toMatchObject({
      code: 'ANSWER_INCOMPLETE',
      publicText: `The answer is not complete: ${hospital} TIMED_OUT (DEADLINE).`,
    })
  })

  it('is refused where a mandatory source is missing or not located', async () => {
    await expect(asked(`mandatorySources: ["${hospital}", "310000302"]`)).rejects.toMatchObject({
      code: 'MANDATORY_SOURCE_MISSING',
      publicText: `A mandatory source is missing: ${hospital} TIMED_OUT (DEADLINE), 310000302 not located.`,
    })
  })

  it('is answered, with its policy, where what it needs is there', async () => {
    expect(
      await asked(
        `completion: ALL_OR_ERROR, mandatorySources: ["${owner}"], excludeSources: ["${hospital}"]`,
      ),
    ).toEqual({
      patient: {
        observations: {
          nodes: [{ id: idAt(owner, 1) }],
          completeness: {
            policy: {
              completion: 'ALL_OR_ERROR',
              mandatorySources: [owner],
              sources: null,
              excludeSources: [hospital],
            },
          },
          sources: [
            { status: 'OK', reason: null },
            { status: 'NOT_ASKED', reason: 'EXCLUDED' },
          ],
        },
      },
    })
  })

  it('asks only the sources that it chooses', async () => {
    const numbers: string[] = []
    await askAll(
      `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier, sources: ["${owner}"]) { observations { complete } } }`,
      { ...scatter, asked: (number) => numbers.push(number) },
    )
    expect(numbers).toEqual([owner])
    expect(patient.value).toBe('08825133489')
  })
})
