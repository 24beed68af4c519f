import { beforeAll, describe, expect, it } from '@jest/globals'
import { MOST_LISTS } from '@kilde/contract'
import type { Session } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import { type Refusal, refusalOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'
import { questionsToSources } from '../../kit/sources.js'
import { graphql, type RawRequest, send } from './send.js'

const { identifier } = patients.copd

/** Arguments of `observations` and a selection of it, for a patient who has rows. */
const list = (args: string, rows = 'id'): RawRequest =>
  graphql(
    `query ($identifier: PatientIdentifier!) {
      patient(identifier: $identifier) { observations(${args}) { nodes { ${rows} } complete } }
    }`,
    { identifier },
  )

const about = (number: unknown): RawRequest =>
  graphql(
    'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { id } }',
    number === undefined ? {} : { identifier: number },
  )

type Case = readonly [name: string, request: RawRequest, ...Expected]
type Expected = readonly [status: number, code: string, text: string]

const outOfRange = (text: string): Expected => [400, 'ARGUMENT_OUT_OF_RANGE', text]
const invalid = (text: string): Expected => [400, 'PATIENT_IDENTIFIER_INVALID', text]
const elevenDigits = 'A patient identifier has 11 digits, bare or as `system|value`.'
const literal: Expected = [
  400,
  'IDENTIFIER_IN_DOCUMENT',
  'The document holds a person number as a literal. Send it as a variable.',
]
const onePatient: Expected = [
  400,
  'ONE_PATIENT_ONLY',
  'One operation asks about one patient: `patient` may stand there once.',
]
const noRequest: Expected = [
  400,
  'REQUEST_MALFORMED',
  'The body is no GraphQL request: a JSON object with a text `query`.',
]
const postOnly: Expected = [405, 'METHOD_NOT_ALLOWED', 'This address takes POST only.']

const badIdentifiers: readonly Case[] = [
  [
    'wrong check digits',
    about(`${identifier.slice(0, 10)}8`),
    ...invalid('The check digits of the patient identifier are wrong.'),
  ],
  ['ten digits', about(identifier.slice(1)), ...invalid(elevenDigits)],
  ['a number, not a text', about(Number(identifier)), ...invalid(elevenDigits)],
  ['none', about(undefined), ...invalid(elevenDigits)],
  [
    'no date of birth',
    about(`32${identifier.slice(2)}`),
    ...invalid('The first six digits of the patient identifier are no date of birth.'),
  ],
  [
    'a local help number',
    about(`0842${identifier.slice(4)}`),
    ...invalid(
      'This is a local help number: it is unique inside one organisation only and cannot be shared.',
    ),
  ],
  [
    'an unknown system',
    about(`urn:oid:1.2.3|${identifier}`),
    ...invalid('The system of the patient identifier is not known.'),
  ],
  [
    'the system of D-numbers for another number',
    about(`urn:oid:2.16.578.1.12.4.1.4.2|${identifier}`),
    ...invalid('The system of the patient identifier does not fit its number.'),
  ],
]

const badArguments: readonly Case[] = [
  ['first: 0', list('first: 0'), ...outOfRange(wholeNumber('first'))],
  ['first: -1', list('first: -1'), ...outOfRange(wholeNumber('first'))],
  ['first: 100000', list('first: 100000'), ...outOfRange(wholeNumber('first'))],
  ['last: 0', list('filter: { last: 0 }'), ...outOfRange(wholeNumber('filter.last'))],
  ['last: 1001', list('filter: { last: 1001 }'), ...outOfRange(wholeNumber('filter.last'))],
  [
    'last, oldest first',
    list('order: OLDEST_FIRST, filter: { last: 5 }'),
    ...outOfRange('`filter.last` needs `order: NEWEST_FIRST`.'),
  ],
  [
    'a code without system',
    list('filter: { codes: ["8867-4"] }'),
    ...outOfRange('`filter.codes` must hold FHIR tokens, `system|code`.'),
  ],
  [
    'no code at all',
    list('filter: { codes: [] }'),
    ...outOfRange('`filter.codes` must name 1 to 50 values.'),
  ],
  [
    'a period without offset',
    list('filter: { period: { start: "2026-03-14T00:00:00" } }'),
    ...outOfRange(
      '`filter.period.start` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.',
    ),
  ],
  [
    'a period that ends before it starts',
    list('filter: { period: { start: "2026-03-14T00:00:00+01:00", end: "2026-03-13T23:00:00Z" } }'),
    ...outOfRange('`filter.period` must start before it ends.'),
  ],
  [
    'an organisation number of 8 digits',
    list('filter: { sources: ["31000010"] }'),
    ...outOfRange('`filter.sources` must hold organisation numbers of 9 digits.'),
  ],
  [
    'a unit that is none',
    list('first: 1', 'quantity(unit: "furlong per fortnight") { value }'),
    ...outOfRange('`unit` must be a unit of UCUM, e.g. mm[Hg].'),
  ],
  [
    'a unit in a variable that is none',
    graphql(
      `query ($identifier: PatientIdentifier!, $unit: UcumUnit!) {
        patient(identifier: $identifier) {
          observations { nodes { referenceRange { low(unit: $unit) { value } } } }
        }
      }`,
      { identifier, unit: 'mmHg?' },
    ),
    ...outOfRange('`unit` must be a unit of UCUM, e.g. mm[Hg].'),
  ],
  [
    'a first that is no number',
    graphql(
      `query ($identifier: PatientIdentifier!, $first: Int) {
        patient(identifier: $identifier) { observations(first: $first) { complete } }
      }`,
      { identifier, first: identifier },
    ),
    400,
    'BAD_USER_INPUT',
    'Variable "$first" got invalid value "[number]"; Int cannot represent non-integer value: "[number]"',
  ],
]

const badDocuments: readonly Case[] = [
  [
    'an unknown field',
    list('first: 1', 'diagnosis'),
    400,
    'GRAPHQL_VALIDATION_FAILED',
    'Cannot query field "diagnosis" on type "Observation".',
  ],
  [
    'a syntax error',
    graphql('query {\n  patient(}'),
    400,
    'DOCUMENT_MALFORMED',
    'The GraphQL document cannot be parsed. Line 2, column 11.',
  ],
  [
    '200 kB',
    list('first: 1', 'id '.repeat(200_000 / 3)),
    413,
    'BODY_TOO_LARGE',
    'The request body is too large.',
  ],
  [
    '100 kB',
    list('first: 1', 'id '.repeat(100_000 / 3)),
    400,
    'DOCUMENT_TOO_LARGE',
    'The GraphQL document is too large: at most 40000 characters.',
  ],
  [
    'more tokens than characters would tell',
    list('first: 1', 'a '.repeat(6_000)),
    400,
    'DOCUMENT_TOO_LARGE',
    'The GraphQL document is too large: at most 5000 tokens.',
  ],
  [
    'depth 50',
    list('first: 1', nested(50)),
    400,
    'DOCUMENT_TOO_LARGE',
    'The GraphQL document is too large: at most 12 levels, found 54.',
  ],
  [
    '60 aliases',
    list('first: 1', Array.from({ length: 60 }, (_, at) => `a${at}: id`).join(' ')),
    400,
    'DOCUMENT_TOO_LARGE',
    'The GraphQL document is too large: at most 30 aliases, found 60.',
  ],
  [
    'more lists of one patient than there are',
    graphql(
      `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        ${Array.from({ length: MOST_LISTS + 1 }, (_, at) => `l${at}: observations { complete }`).join(' ')}
      } }`,
      { identifier },
    ),
    400,
    'DOCUMENT_TOO_LARGE',
    `The GraphQL document is too large: at most ${MOST_LISTS} lists of a patient.`,
  ],
  [
    'a mutation',
    graphql('mutation { forget }'),
    400,
    'REQUEST_MALFORMED',
    'Only queries are answered.',
  ],
]

const badPatients: readonly Case[] = [
  ['as a literal', graphql(`{ patient(identifier: "${identifier}") { id } }`), ...literal],
  [
    'as a literal with a blank',
    graphql(`{ patient(identifier: "${identifier.slice(0, 6)} ${identifier.slice(6)}") { id } }`),
    ...literal,
  ],
  ['as a number', graphql(`{ patient(identifier: ${identifier}) { id } }`), ...literal],
  [
    'hidden by escapes',
    graphql(`{ patient(identifier: "\\u0030${identifier.slice(1)}") { id } }`),
    ...literal,
  ],
  ['in a comment', graphql(`{ organizations { name } } # ${identifier}`), ...literal],
  [
    'as the default of a variable',
    graphql(
      `query ($identifier: PatientIdentifier! = "${identifier}") { patient(identifier: $identifier) { id } }`,
    ),
    ...literal,
  ],
  ['as a word that is no number', graphql('{ patient(identifier: "me") { id } }'), ...literal],
  [
    'twice by aliases',
    graphql(
      `query ($a: PatientIdentifier!, $b: PatientIdentifier!) {
        one: patient(identifier: $a) { id }
        other: patient(identifier: $b) { id }
      }`,
      { a: identifier, b: patients.diabetes.identifier },
    ),
    ...onePatient,
  ],
  [
    'twice through a fragment',
    graphql(
      `query ($a: PatientIdentifier!, $b: PatientIdentifier!) {
        one: patient(identifier: $a) { id } ...Other
      }
      fragment Other on Query { other: patient(identifier: $b) { id } }`,
      { a: identifier, b: patients.diabetes.identifier },
    ),
    ...onePatient,
  ],
]

const badBodies: readonly Case[] = [
  ['as GET', { method: 'GET', search: '?query={organizations{name}}' }, ...postOnly],
  ['as PUT', { method: 'PUT', body: '{}' }, ...postOnly],
  ['as DELETE', { method: 'DELETE' }, ...postOnly],
  ['as a batch', { body: JSON.stringify([{ query: '{ __typename }' }]) }, ...noRequest],
  ['without a query', { body: JSON.stringify({ variables: {} }) }, ...noRequest],
  ['with a query that is no text', { body: JSON.stringify({ query: 7 }) }, ...noRequest],
  ['with half a JSON', { body: '{"query": "{ __typ' }, ...noRequest],
  ['without a body', { body: '' }, ...noRequest],
  [
    'as plain text',
    { body: '{"query": "{ __typename }"}', type: 'text/plain' },
    415,
    'MEDIA_TYPE_NOT_SUPPORTED',
    'The request must be of the type application/json, in UTF-8.',
  ],
  [
    'with two operations and no name',
    graphql('query A { __typename } query B { __typename }'),
    400,
    'REQUEST_MALFORMED',
    '`operationName` must name the one operation to carry out.',
  ],
  [
    'with the name of an operation that is not there',
    { body: JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }) },
    400,
    'REQUEST_MALFORMED',
    '`operationName` must name the one operation to carry out.',
  ],
]

export function refusals(network: () => WatchedNetwork): void {
  let session: Session
  beforeAll(async () => {
    session = await network().signIn('nurse')
  })

  const refused = async (...[, request, status, code, text]: Case) => {
    const before = questionsToSources(network())
    const answer = await send(network(), session, request)
    const expected: Refusal = { status, code, text }
    expect(refusalOf(answer)).toEqual(expected)
    expect(questionsToSources(network())).toBe(before)
  }

  describe('a request is refused with a clear error, and nobody is asked', () => {
    it.each(badIdentifiers)('for an identifier of a patient: %s', refused)
    it.each(badArguments)('for an argument: %s', refused)
    it.each(badDocuments)('for a document: %s', refused)
    it.each(badPatients)('for how it names the patient: %s', refused)
    it.each(badBodies)('for how it is sent: %s', refused)

    it('that says by which method it may come', async () => {
      const { headers } = await send(network(), session, { method: 'GET' })
      expect(headers.get('allow')).toBe('POST')
    })
  })
}

function wholeNumber(name: string): string {
  return `\`${name}\` must be a whole number from 1 to 1000.`
}

function nested(depth: number): string {
  return `${'component { '.repeat(depth)}kind${' }'.repeat(depth)}`
}
