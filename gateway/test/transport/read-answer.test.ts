import { describe, expect, it } from '@jest/globals'
import { encodeNodeCursor, identityDigest, type NodeCursor, patientDigest } from '@kilde/contract'
import { parse } from 'graphql'
import { compileMergePlan } from '../../src/merge/compile-plan.js'
import { contract } from '../../src/merge/contract.js'
import { keyOf } from '../../src/rows/compare-rows.js'
import { InvalidAnswer } from '../../src/transport/invalid-answer.js'
import { readAnswer } from '../../src/transport/read-answer.js'
import type { SourcePage } from '../../src/transport/source-answer.js'

const organization = '310000108'
const salt = Buffer.alloc(16, 1).toString('base64url')
const patientToken = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const plan = compileMergePlan(
  contract,
  parse(`query ($identifier: PatientIdentifier!) {
    patient(identifier: $identifier) { observations(first: 10) { nodes { id effective code { text } valueInteger } complete } }
  }`),
  undefined,
  {},
)
const expected = {
  organization,
  plan,
  patientDigest: patientDigest(salt, patientToken),
  digest: Buffer.from(patientDigest(salt, patientToken)),
  fields: [{ asked: true, args: {}, newestFirst: true, most: 11, after: undefined }],
}

function edge(
  t: number,
  changes: { key?: Partial<NodeCursor>; row?: Record<string, unknown> } = {},
) {
  const key: NodeCursor = {
    s: 'F',
    t,
    i: identityDigest(String(t)),
    o: organization,
    d: `${organization}.${t}`,
    p: patientDigest(salt, patientToken),
    n: 1,
    c: identityDigest('content'),
    w: organization,
    ...changes.key,
  }
  const row = {
    id: key.d,
    effective: '2026-01-01T00:00:00Z',
    code: { text: 'Puls' },
    valueInteger: null,
    ...changes.row,
  }
  return { cursor: encodeNodeCursor(key), r0_0: row }
}

const report = {
  organization: { number: organization },
  status: 'OK',
  dropped: 0,
  withheld: 'NONE',
  reason: null,
  asOf: '2026-01-01T00:00:00Z',
  contractVersion: '1.0',
}

const body = (edges: readonly unknown[], changes: Record<string, unknown> = {}) => ({
  data: {
    patient: { m0: { edges, pageInfo: { hasNextPage: false }, sources: [report], ...changes } },
  },
})

const bytes = (answer: unknown): Buffer => Buffer.from(JSON.stringify(answer))

function instantsOf(page: SourcePage | undefined): readonly number[] {
  const [table] = page?.rows ?? []
  if (!table) throw new Error('no rows')
  return Array.from({ length: table.count }, (_, index) => keyOf(table, index).t)
}

function reasonFor(answer: unknown): string {
  try {
    readAnswer(bytes(answer), expected)
    return 'accepted'
  } catch (error) {
    return error instanceof InvalidAnswer ? error.reason : 'another error'
  }
}

describe('checking a source’s answer', () => {
  it('takes sound rows', () => {
    const [page] = readAnswer(bytes(body([edge(3), edge(2)])), expected)
    expect(page).toMatchObject({ status: 'OK', dropped: 0, hasNextPage: false })
    expect(instantsOf(page)).toEqual([3, 2])
  })

  it.each([
    ['a missing field that must be there', { effective: undefined }],
    ['null in such a field', { id: null }],
    ['a time that is none', { effective: 'yesterday' }],
    ['a text for a number', { valueInteger: '7' }],
    ['a number beyond 32 bits', { valueInteger: 2 ** 40 }],
    ['an id that is not its own', { id: '310000205.1' }],
    ['an object for a list of fields', { code: 'Puls' }],
  ])('drops and counts a row with %s, and keeps the others', (_name, row) => {
    const [page] = readAnswer(bytes(body([edge(3), edge(2, { row }), edge(1)])), expected)
    expect(instantsOf(page)).toEqual([3, 1])
    expect(page?.dropped).toBe(1)
  })

  it('adds what the source itself dropped', () => {
    const [page] = readAnswer(
      bytes(body([edge(1)], { sources: [{ ...report, dropped: 4 }] })),
      expected,
    )
    expect(page?.dropped).toBe(4)
  })

  it.each([
    ['rubbish', 'rubbish', 'RESPONSE_MALFORMED'],
    ['no patient', { data: { patient: null } }, 'RESPONSE_MALFORMED'],
    ['errors only', { errors: [{ message: 'x' }] }, 'RESPONSE_MALFORMED'],
    ['only unusable rows', body([edge(1, { row: { id: null } })]), 'RESPONSE_MALFORMED'],
    [
      'more rows than were asked for',
      body(Array.from({ length: 12 }, (_, n) => edge(100 - n))),
      'RESPONSE_MALFORMED',
    ],
    ['no report', body([], { sources: [] }), 'RESPONSE_MALFORMED'],
    [
      'a report with an unknown word',
      body([], { sources: [{ ...report, withheld: 'SECRET' }] }),
      'RESPONSE_MALFORMED',
    ],
    [
      'a row of another patient',
      body([edge(1, { key: { p: patientDigest(salt, 'other') } })]),
      'WRONG_PATIENT',
    ],
    [
      'an id of another organisation',
      body([edge(1, { key: { d: '310000205.1' } })]),
      'WRONG_ORGANIZATION',
    ],
    [
      'the report of another organisation',
      body([], { sources: [{ ...report, organization: { number: '310000205' } }] }),
      'WRONG_ORGANIZATION',
    ],
    ['rows in another order', body([edge(1), edge(2)]), 'WRONG_ORDER'],
    ['the same row twice', body([edge(1), edge(1)]), 'WRONG_ORDER'],
  ])('finds %s', (_name, answer, reason) => {
    expect(reasonFor(answer)).toBe(reason)
  })

  it('finds a row before the place that was asked for', () => {
    const after = { t: 5, i: identityDigest('5'), o: '', d: '' }
    const fields = [{ asked: true, args: {}, newestFirst: true, most: 11, after }]
    expect(() => readAnswer(bytes(body([edge(9)])), { ...expected, fields })).toThrow('WRONG_ORDER')
  })
})
