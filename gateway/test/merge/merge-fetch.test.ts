import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { parse, validate } from 'graphql'
import { readArguments } from '../../src/merge/arguments.js'
import { contractSchema } from '../../src/merge/contract-schema.js'
import { Cursors } from '../../src/merge/cursor.js'
import { mergeFetch } from '../../src/merge/merge-fetch.js'
import { compileMergePlan } from '../../src/merge/merge-plan.js'
import { askField, sourceVariables } from '../../src/merge/source-request.js'
import type { CheckedRow, SourceAnswer } from '../../src/transport/source-answer.js'
import { answerOf, row } from './rows.js'

const owner = '310000108'
const hospital = '310000205'
const patient = parsePatientIdentifier('08825133489')
const bound = { subject: 's', organization: owner, patient, contract: '1.0' }
const cursors = new Cursors({ current: randomBytes(32) })

/** Merges sources' rows for an operation, as one fetch does. */
function merge(
  operation: string,
  rows: Readonly<Record<string, readonly CheckedRow[]>>,
  variables: Record<string, unknown> = {},
  others: readonly SourceAnswer[] = [],
) {
  const plan = compileMergePlan(parse(operation))
  expect(validate(contractSchema, parse(plan.sourceQuery))).toEqual([])
  const fields = plan.unions.map((union) =>
    askField(union.field.name, readArguments(union, variables), cursors, bound),
  )
  const sent = sourceVariables(
    plan,
    fields,
    fields.map(() => true),
    patient,
    variables,
  )
  const answers = Object.entries(rows).map(([number, held]) => {
    const pages = fields.flatMap(
      ({ args, state }, index) =>
        answerOf(number, held, Number(sent[`first_${index}`]), args.order, state?.boundary).pages,
    )
    return { ...answerOf(number, held, 1, 'NEWEST_FIRST'), pages }
  })
  const gathered = {
    providers: [...answers, ...others].map(
      ({ organization }) => ({ number: organization }) as never,
    ),
    confirmedAtMs: Date.parse('2026-01-01T00:00:00Z'),
    stale: false,
    answers: [...answers, ...others],
  }
  return mergeFetch({ plan, fields, variables, gathered, patientId: 'handle', cursors }) as {
    // Tests look into whatever was asked for.
    patient: Record<string, Record<string, unknown>>
  }
}

const withValues = (source: string, t: number, values: Record<string, unknown>): CheckedRow => {
  const made = row(source, { t, identity: `i${t}`, owner })
  return { ...made, values: { r0_0: values, r0_1: { ...values, second: true }, r1_0: values } }
}

const ask = (below: string) =>
  `query ($identifier: PatientIdentifier!, $no: Boolean = false) { patient(identifier: $identifier) { __typename id ${below} } }`

describe('merging one fetch', () => {
  it('answers in the client’s words: aliases, fragments, several lists, __typename', () => {
    const merged = merge(
      `${ask('newest: observations(first: 1) { ...Rows __typename } all: observations(order: OLDEST_FIRST) { nodes { id } complete }')}
       fragment Rows on ObservationConnection { rows: nodes { id } edges { at: cursor it: node { id } } fine: complete sources { who: organization { __typename n: number } status } }`,
      {
        [owner]: [withValues(owner, 2, { id: 'b' })],
        [hospital]: [withValues(hospital, 1, { id: 'a' })],
      },
    )
    expect(merged.patient).toMatchObject({
      __typename: 'Patient',
      id: 'handle',
      newest: {
        __typename: 'ObservationConnection',
        rows: [{ id: 'b' }],
        edges: [{ at: expect.any(String), it: { id: 'b', second: true } }],
        fine: true,
        sources: [
          { who: { __typename: 'Organization', n: owner }, status: 'OK' },
          { who: { __typename: 'Organization', n: hospital }, status: 'OK' },
        ],
      },
      all: { nodes: [{ id: 'a' }, { id: 'b' }], complete: true },
    })
    expect(Object.keys(merged.patient['newest'] ?? {}).sort()).toEqual([
      '__typename',
      'edges',
      'fine',
      'rows',
      'sources',
    ])
  })

  it('leaves out what @skip and @include leave out', () => {
    const operation = ask(
      'observations { nodes @include(if: $no) { id } edges { cursor } complete @skip(if: true) }',
    )
    const merged = merge(operation, { [owner]: [withValues(owner, 1, {})] }, { no: false })
    expect(Object.keys(merged.patient['observations'] ?? {})).toEqual(['edges'])
  })

  it('joins the provenance of copies and marks who answered, whatever the rows say', () => {
    const provenance = [{ source: { number: '999999999' }, superseded: true, version: 1 }]
    const rows = (source: string) => [withValues(source, 1, { conflict: true, provenance })]
    const merged = merge(
      ask(
        'observations { nodes { conflict provenance { source { number } superseded version } } }',
      ),
      { [owner]: rows(owner), [hospital]: rows(hospital) },
    )
    expect(merged.patient['observations']?.['nodes']).toEqual([
      {
        conflict: false,
        provenance: [
          {
            source: { __typename: 'Organization', number: hospital },
            superseded: false,
            version: 1,
          },
          { source: { __typename: 'Organization', number: owner }, superseded: false, version: 1 },
        ].sort((a, b) => (a.source.number === owner ? -1 : b.source.number === owner ? 1 : 0)),
      },
    ])
  })

  it('reports a failed source as such and claims nothing', () => {
    const failed: SourceAnswer = {
      organization: hospital,
      status: 'TIMED_OUT',
      reason: 'DEADLINE',
      elapsedMs: 3_021,
      pages: [],
    }
    const merged = merge(
      ask(
        'observations { complete completeness { agreed asked answered failed } totalCount { value precision } sources { status reason elapsed returned recovered } }',
      ),
      { [owner]: [withValues(owner, 1, {})] },
      {},
      [failed],
    )
    expect(merged.patient['observations']).toEqual({
      complete: false,
      completeness: { agreed: 2, asked: 2, answered: 1, failed: 1 },
      totalCount: { value: 1, precision: 'LOWER_BOUND' },
      sources: [
        { status: 'OK', reason: null, elapsed: 100, returned: 1, recovered: false },
        { status: 'TIMED_OUT', reason: 'DEADLINE', elapsed: 3_100, returned: 0, recovered: false },
      ],
    })
  })

  it('says that a source is back which failed on the page before', () => {
    const operation = (after: string | null) =>
      ask(
        `observations(first: 1${after === null ? '' : `, after: "${after}"`}) { complete pageInfo { endCursor } sources { status recovered } }`,
      )
    const rows = { [owner]: [withValues(owner, 2, {}), withValues(owner, 1, {})] }
    const failed: SourceAnswer = {
      organization: hospital,
      status: 'UNREACHABLE',
      reason: 'CONNECTION_FAILED',
      elapsedMs: 1,
      pages: [],
    }
    const first = merge(operation(null), rows, {}, [failed])
    const { pageInfo } = first.patient['observations'] as { pageInfo: { endCursor: string } }
    const second = merge(operation(pageInfo.endCursor), {
      ...rows,
      [hospital]: [withValues(hospital, 3, {})],
    })
    expect(second.patient['observations']).toMatchObject({
      complete: false,
      sources: [
        { status: 'OK', recovered: false },
        { status: 'EMPTY', recovered: true },
      ],
    })
  })

  it('gives the newest n over all sources with `last`, also page by page', () => {
    const operation = (after?: string) =>
      ask(
        `observations(first: 2, filter: { last: 3 }${after ? `, after: "${after}"` : ''}) { nodes { id } pageInfo { hasNextPage endCursor } }`,
      )
    const rows = {
      [owner]: [4, 2].map((t) => withValues(owner, t, { id: String(t) })),
      [hospital]: [3, 1].map((t) => withValues(hospital, t, { id: String(t) })),
    }
    const first = merge(operation(), rows).patient['observations'] as {
      nodes: unknown
      pageInfo: { endCursor: string; hasNextPage: boolean }
    }
    expect(first.nodes).toEqual([{ id: '4' }, { id: '3' }])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const second = merge(operation(first.pageInfo.endCursor), rows).patient[
      'observations'
    ] as typeof first
    expect(second.nodes).toEqual([{ id: '2' }])
    expect(second.pageInfo.hasNextPage).toBe(false)
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
  ])('refuses %s', (args, text) => {
    expect(() => merge(ask(`observations(${args}) { complete }`), {})).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_OUT_OF_RANGE', publicText: text }),
    )
  })

  it('calls nothing complete when nobody was located', () => {
    expect(
      merge(ask('observations { complete sources { status } }'), {}).patient['observations'],
    ).toEqual({ complete: false, sources: [] })
  })
})
