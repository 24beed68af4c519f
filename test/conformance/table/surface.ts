import { MOST_LISTS } from '@kilde/contract'
import { type Fault, field, header, json, lets, letsCode, refuses } from '../faults.js'
import { type Told, toldOf } from '../wrong-node.js'

const isQuestion = ({ url, method }: { readonly url: string; readonly method: string }): boolean =>
  method === 'POST' && url.endsWith('/graphql')

const page = (text: string): Told => toldOf(200, { 'content-type': 'application/json' }, text)

/** Faults of HTTP, documents, errors, health. */
export const surfaceFaults: readonly Fault[] = [
  {
    name: 'answers with another type',
    breaks: ['N-HTTP-1'],
    change: header('content-type', 'text/html', isQuestion),
  },
  {
    name: 'answers a question in an address',
    breaks: ['N-HTTP-2'],
    change: (told, { url }) =>
      url.includes('query=') ? page('{"data":{"__typename":"Query"}}') : told,
  },
  {
    name: 'lets answers be kept',
    breaks: ['N-HTTP-3'],
    change: header('cache-control', 'private, max-age=60', isQuestion),
  },
  {
    name: 'compresses',
    breaks: ['N-HTTP-4'],
    change: header('content-encoding', 'gzip', isQuestion),
  },
  {
    name: 'sets a cookie',
    breaks: ['N-HTTP-5'],
    change: header('set-cookie', 'session=1', isQuestion),
  },
  { name: 'takes bodies of any size', breaks: ['N-HTTP-6'], change: letsCode('BODY_TOO_LARGE') },
  {
    name: 'takes what is no question',
    breaks: ['N-HTTP-7'],
    change: letsCode('REQUEST_MALFORMED', 'BODY_NOT_JSON'),
  },
  {
    name: 'lets types be guessed',
    breaks: ['N-HTTP-8'],
    change: header('x-content-type-options', undefined),
  },
  {
    name: 'fails when many ask at once',
    breaks: ['N-HTTP-9'],
    change: refuses(({ atOnce }) => atOnce > 6, 503),
  },
  {
    name: 'serves a contract without a field',
    breaks: ['N-SDL-1'],
    change: json(
      ({ query }, { status }) => query.includes('_service') && status === 200,
      (value) => {
        value.data._service.sdl = value.data._service.sdl.replaceAll('  valueText: String\n', '')
      },
    ),
  },
  {
    name: 'tells its contract to everybody',
    breaks: ['N-SDL-2'],
    change: (told, { query, authorization }) =>
      query.includes('_service') && authorization === ''
        ? page('{"data":{"_service":{"sdl":"x"}}}')
        : told,
  },
  {
    name: 'takes literals of patients',
    breaks: ['N-Q-1'],
    change: letsCode('IDENTIFIER_IN_DOCUMENT'),
  },
  {
    name: 'repeats a number that is none',
    breaks: ['N-Q-2'],
    change: json(
      (_, { code }) => code === 'PATIENT_IDENTIFIER_INVALID',
      (value, { variables }) => {
        value.errors[0].message += ` ${String(variables['identifier'])}`
      },
    ),
  },
  { name: 'answers about two patients', breaks: ['N-Q-3'], change: letsCode('ONE_PATIENT_ONLY') },
  {
    name: 'answers however deep a document is',
    breaks: ['N-Q-4'],
    change: lets(({ query }) => query.includes('__type(')),
  },
  {
    name: 'answers any number of fields',
    breaks: ['N-Q-5'],
    change: lets(
      ({ query }) => query.includes(`f${MOST_LISTS}:`) && !query.includes(`f${MOST_LISTS + 1}:`),
    ),
  },
  {
    name: 'answers however long a document is',
    breaks: ['N-Q-6'],
    change: lets(({ query }) => query.includes('f5999:')),
  },
  {
    name: 'answers mutations',
    breaks: ['N-Q-7'],
    change: lets(({ query }) => query.startsWith('mutation')),
  },
  {
    name: 'passes over fields that it does not know',
    breaks: ['N-Q-8'],
    change: lets(({ query }) => query.includes('journal')),
  },
  {
    name: 'takes the first of several operations',
    breaks: ['N-Q-9'],
    change: lets(({ query, operationName }) => query.includes('query B') && operationName === ''),
  },
  {
    name: 'answers fragments in another way',
    breaks: ['N-Q-10'],
    change: field(
      'observations',
      (found) => found.edges.reverse(),
      ({ query }) => query.includes('...F'),
    ),
  },
  {
    name: 'gives more of a row than was asked for',
    breaks: ['N-Q-11'],
    change: field('m0', (found) => {
      found.edges[0].node.note = 'more'
    }),
  },
  {
    name: 'gives another handle each time',
    breaks: ['N-Q-12'],
    change: json(
      (_, told) =>
        (told.json as { data?: { patient?: { id?: string } } }).data?.patient?.id !== undefined,
      (value) => {
        value.data.patient.id = `${Math.random()}`
      },
    ),
  },
  {
    name: 'refuses in a form of its own',
    breaks: ['N-ERR-1'],
    change: (told) =>
      told.code === 'DPOP_PROOF_MISSING' ? { ...told, text: '{"error":"no"}', json: {} } : told,
  },
  {
    name: 'refuses with a status of its own',
    breaks: ['N-ERR-2'],
    change: (told, { query }) => (query === 'query { patient' ? { ...told, status: 418 } : told),
  },
  {
    name: 'tells where it failed',
    breaks: ['N-ERR-3'],
    change: json(
      ({ query }) => query === 'query { patient',
      (value) => {
        value.errors[0].message += '\n    at parse (/app/node.js:10:3)'
      },
    ),
  },
  {
    name: 'repeats the patient’s number when it refuses',
    breaks: ['N-PRIV-1'],
    change: json(
      (_, { code }) => code === 'CONTEXT_MISSING',
      (value, { variables }) => {
        value.errors[0].message += ` ${String(variables['identifier'])}`
      },
    ),
  },
  {
    name: 'repeats the address that it does not know',
    breaks: ['N-PRIV-2'],
    change: json(
      ({ url }) => url.includes('/patient/'),
      (value, { url }) => {
        value.errors[0].message = `There is no ${url}`
      },
    ),
  },
  {
    name: 'is never ready',
    breaks: ['N-OPS-1'],
    change: (told, { url }) => (url === '/health/ready' ? { ...told, status: 503 } : told),
  },
  {
    name: 'tells where its database is',
    breaks: ['N-OPS-2'],
    change: (told, { url }) =>
      url === '/health/ready'
        ? { ...told, text: told.text.replace('{', '{"store":"postgres://db.internal",') }
        : told,
  },
]
