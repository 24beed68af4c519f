import { describe, expect, it } from '@jest/globals'
import type { Part } from '../src/load/part.js'
import { summaryText } from '../src/load/print-summary.js'
import { readSent } from '../src/load/read-sent.js'
import { createTally } from '../src/load/tally.js'
import { coloursFor } from '../src/style.js'
import { captured } from './kit.js'

const part = (count: number): Part => ({
  kind: 'part',
  body: '',
  origins: Array.from({ length: count }, (_, index) => ({
    file: 'a.json',
    place: `Bundle.entry[${index}]`,
  })),
  bytesRead: 0,
})
const issue = (
  expression: string | undefined,
  text: string,
  code = 'invalid',
  severity = 'error',
) => ({
  severity,
  code,
  details: { text },
  ...(expression !== undefined && { expression: [expression] }),
})
const outcome = (...issues: object[]) => ({ resourceType: 'OperationOutcome', issue: issues })
const answer = (...responses: object[]) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'batch-response',
    entry: responses.map((response) => ({ response })),
  })
const location = 'Observation/1/_history/1'

describe('a node’s answer to a Bundle', () => {
  it('tells what became of each entry', () => {
    const text = answer(
      { status: '201 Created', location },
      {
        status: '200 OK',
        location,
        outcome: outcome(
          issue('Bundle.entry[1].resource.device', 'is odd', 'business-rule', 'warning'),
        ),
      },
      {
        status: '200 OK',
        location,
        outcome: outcome(issue(undefined, 'held', 'duplicate', 'information')),
      },
      {
        status: '200 OK',
        outcome: outcome(issue(undefined, 'used', 'informational', 'information')),
      },
      {
        status: '422 Unprocessable Entity',
        outcome: outcome(issue('Bundle.entry[4].resource.code', 'is required')),
      },
    )
    const results = readSent({ status: 200, text }, part(5))
    expect(results.map((result) => result.outcome)).toEqual([
      'created',
      'updated',
      'unchanged',
      'used',
      'refused',
    ])
    expect(results[4]?.faults).toEqual([{ element: 'resource.code', text: 'is required' }])
  })

  it('refuses every entry of a transaction, each with its own reason or that of its neighbour', () => {
    const text = JSON.stringify(outcome(issue('Bundle.entry[1].resource.code', 'is required')))
    const results = readSent({ status: 422, text }, part(3))
    expect(results.map(({ faults }) => faults)).toEqual([
      [{ text: 'another entry of its transaction is refused' }],
      [{ element: 'resource.code', text: 'is required' }],
      [{ text: 'another entry of its transaction is refused' }],
    ])
  })

  it('refuses every entry of a Bundle that cannot be read', () => {
    const text = JSON.stringify(
      outcome(issue(undefined, 'The body is nested deeper than 50 levels.')),
    )
    const results = readSent({ status: 400, text }, part(2))
    expect(results.flatMap(({ faults }) => faults.map((fault) => fault.text))).toEqual([
      'The body is nested deeper than 50 levels.',
      'The body is nested deeper than 50 levels.',
    ])
  })

  it.each([
    [
      403,
      JSON.stringify(outcome(issue(undefined, 'This client may not write to this organisation.'))),
    ],
    [
      401,
      JSON.stringify({ errors: [{ message: 'This client may not write to this organisation.' }] }),
    ],
  ])('of status %d is an error with the node’s own words', (status, text) => {
    expect(() => readSent({ status, text }, part(2))).toThrow(
      expect.objectContaining({
        code: 'LOAD_REFUSED',
        publicText: `The node refused (HTTP status ${status}): This client may not write to this organisation.`,
      }),
    )
  })

  it.each(['', 'null', '{}', answer({ status: '201' })])(
    'that does not account for every entry is an error: %j',
    (text) => {
      expect(() => readSent({ status: 200, text }, part(2))).toThrow(
        expect.objectContaining({ code: 'ANSWER_UNUSABLE' }),
      )
    },
  )

  it('never repeats what could be an identity number', () => {
    const text = answer({
      status: '422',
      outcome: outcome(issue('Bundle.entry[0]', 'bad 08825133489')),
    })
    expect(readSent({ status: 200, text }, part(1))[0]?.faults).toEqual([{ text: 'bad [number]' }])
  })
})

describe('the summary', () => {
  const fault = (element: string, text: string) => ({
    outcome: 'refused' as const,
    faults: [{ element, text }],
  })

  it('adds up, groups the reasons by element and says where each was given first', () => {
    const tally = createTally()
    tally.note(part(4), [
      { outcome: 'created', faults: [] },
      fault('resource.component[0].code', 'is required'),
      fault('resource.component[3].code', 'is required'),
      fault('resource.status', 'is required'),
    ])
    tally.note(
      {
        ...part(2),
        origins: [{ file: 'b.json', place: 'Bundle.entry[0]', again: true }, { file: 'b.json' }],
      },
      [
        { outcome: 'used', faults: [] },
        { outcome: 'unchanged', faults: [] },
      ],
    )
    tally.noteUnusable({
      kind: 'unusable',
      code: 'FILE_NOT_JSON',
      origin: { file: 'c.json' },
      reason: 'is not JSON',
    })
    expect(tally.summary()).toEqual({
      created: 1,
      updated: 0,
      unchanged: 1,
      used: 0,
      refused: 4,
      reasons: [
        {
          count: 2,
          element: 'resource.component.code',
          text: 'is required',
          first: { file: 'a.json', place: 'Bundle.entry[1]' },
        },
        {
          count: 1,
          element: 'resource.status',
          text: 'is required',
          first: { file: 'a.json', place: 'Bundle.entry[3]' },
        },
        { count: 1, text: 'is not JSON', first: { file: 'c.json' } },
      ],
    })
    expect(summaryText(tally.summary(), 'Solvik kommune', coloursFor(captured()))).toBe(
      `Solvik kommune: 1 taken (1 new, 0 updated), 1 unchanged, 4 refused.
  2 × resource.component.code: is required (first: a.json, Bundle.entry[1])
  1 × resource.status: is required (a.json, Bundle.entry[3])
  1 × is not JSON (c.json)
`,
    )
  })
})
