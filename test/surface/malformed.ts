import type { Random } from '../simulation/random.js'
import { randomOf } from './random-documents.js'
import { identifier } from './setting.js'

/** A body that no client should send, and of what kind it is. */
export interface Malformed {
  readonly kind: string
  readonly body: string
}

const valid = `query Q($identifier: PatientIdentifier!, $first: Int, $filter: ObservationFilter) {
  patient(identifier: $identifier) {
    observations(first: $first, filter: $filter) { complete nodes { id effective code { text } } sources { status } }
  }
}`

/** Values that fit no variable, or only by chance. */
const ODD: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, 1.5, '', 'x', '\u0000', '__proto__', 'a'.repeat(5_000)],
  ...[
    [],
    [[]],
    [null],
    {},
    { a: { b: [] } },
    { __typename: 'Query' },
    { first: 1 },
    '-',
    '1; DROP TABLE',
  ],
  ...[
    'http://127.0.0.1/',
    '{{7*7}}',
    '#{x}',
    '<script>',
    '../../etc/passwd',
    '\uD800',
    '0',
    '99999999999999999999',
  ],
]
const NAMES = ['identifier', 'first', 'filter', 'unknown', '', '__proto__'] as const

/** Without end, in turns of a kind each. */
export function* malformed(random: Random, seed: number): Generator<Malformed, never> {
  const documents = randomOf(seed)
  const good = { identifier, first: 1, filter: {} }
  const json = (query: unknown, variables: unknown = good): string =>
    JSON.stringify({ query, variables })
  const kinds: Readonly<Record<string, () => string>> = {
    'a document by the grammar': () => json(documents.document()),
    'bytes changed': () => Buffer.from(documents.spoilt(json(valid))).toString('latin1'),
    bytes: () => Buffer.from(documents.bytes(200)).toString('latin1'),
    'odd variables': () =>
      json(valid, { ...good, [random.pick(NAMES)]: random.pick(ODD), filter: random.pick(ODD) }),
    'odd filters': () =>
      json(valid, { ...good, filter: { [random.pick(FILTERS)]: random.pick(ODD) } }),
    'an argument that is none': () =>
      json(
        valid.replace(
          'first: $first',
          `${random.pick(FILTERS)}: ${JSON.stringify(random.pick(ODD))}`,
        ),
      ),
    'a field left out or put in': () =>
      json(
        valid.replace(
          random.pick(FIELDS),
          random.pick(['', 'nodes', 'x', 'id { a }', '...F', '@x']),
        ),
      ),
    'no request': () => JSON.stringify(random.pick([...ODD, { query: random.pick(ODD) }])),
    'an operation that is not there': () =>
      JSON.stringify({ query: valid, operationName: random.pick(ODD) }),
    'extensions and ids': () =>
      JSON.stringify({ documentId: random.pick(ODD), extensions: random.pick(ODD) }),
  }
  const names = Object.keys(kinds)
  for (let at = 0; ; at += 1) {
    const kind = names[at % names.length] ?? ''
    yield { kind, body: kinds[kind]?.() ?? '' }
  }
}

const FILTERS = [
  'codes',
  'category',
  'period',
  'status',
  'last',
  'abnormalOnly',
  'sources',
  'after',
  'order',
  'x',
]
const FIELDS = [
  'complete',
  'nodes',
  'id',
  'effective',
  'code',
  'text',
  'sources',
  'status',
  'patient',
  '$first',
  '}',
]
