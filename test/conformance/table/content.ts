import { randomBytes } from 'node:crypto'
import { parseBoundary } from '@kilde/contract'
import { claims } from '@kilde/trust'
import {
  eachRow,
  type Fault,
  field,
  type Json,
  json,
  lets,
  letsCode,
  list,
  refuses,
} from '../faults.js'
import type { Asked } from '../wrong-node.js'

const replaced = (cursor: string, from: number, text: string): string =>
  cursor.slice(0, from) + text + cursor.slice(from + text.length)

const isNewest = ({ variables }: Asked): boolean => variables['order'] !== 'OLDEST_FIRST'
const isMade = ({ variables }: Asked): boolean =>
  typeof variables['after'] === 'string' && !variables['after'].startsWith('2')
const isTurned = ({ variables }: Asked): boolean =>
  typeof variables['after'] === 'string' &&
  parseBoundary(variables['after']) !== undefined &&
  variables['after'].startsWith('2')
const first = ({ variables }: Asked): unknown => variables['first']
const asksFor =
  (text: string) =>
  ({ query }: Asked) =>
    query.includes(text)
const plain = ({ query }: Asked): boolean => !query.includes('filter:')

const report = (breaks: string, name: string, change: (found: Json) => void): Fault => ({
  name,
  breaks: [breaks],
  change: list((found) => change(found.sources[0])),
})

/** Faults of rows, pages, fields and reports. */
export const rowFaults: readonly Fault[] = [
  {
    name: 'gives a row twice',
    breaks: ['N-ROW-1', 'N-ROW-4', 'N-ROW-5', 'N-REP-2'],
    change: list(
      (found) => found.edges.push(found.edges.at(-1)),
      (asked) => first(asked) === 1_000 && isNewest(asked) && plain(asked),
    ),
  },
  {
    name: 'gives a cursor of another row',
    breaks: ['N-ROW-2', 'N-ROW-5'],
    change: eachRow(
      (edge) => {
        edge.cursor = edge.cursor.replace('!', 'x!')
      },
      (asked) => first(asked) === 1_000 && isNewest(asked) && plain(asked),
    ),
  },
  {
    name: 'ties rows to nobody',
    breaks: ['N-ROW-3'],
    change: eachRow((edge) => {
      edge.cursor = replaced(edge.cursor, 2, 'A'.repeat(22))
    }),
  },
  {
    name: 'leaves rows out of order',
    breaks: ['N-ROW-4', 'N-ROW-5', 'N-PAGE-1', 'N-PAGE-2'],
    change: list(
      ({ edges }) => edges.splice(0, 2, edges[1], edges[0]),
      (asked) => first(asked) === 1_000 && isNewest(asked) && plain(asked),
    ),
  },
  {
    name: 'has an order of its own from the oldest on',
    breaks: ['N-ROW-5'],
    change: list(
      ({ edges }) => edges.splice(0, 2, edges[1], edges[0]),
      (asked) => first(asked) === 1_000 && !isNewest(asked),
    ),
  },
  {
    name: 'shows another instant than it orders by',
    breaks: ['N-ROW-6'],
    change: eachRow(
      (edge) => {
        edge.node.effective = new Date(Date.parse(edge.node.effective) + 3_600_000).toISOString()
      },
      (asked) => plain(asked) && !asksFor('code {')(asked),
    ),
  },
  {
    name: 'takes the identity from something else',
    breaks: ['N-ROW-7'],
    change: eachRow((edge) => {
      if (edge.node.identifier) edge.node.identifier = [{ system: 'urn:other', value: '1' }]
    }),
  },
  {
    name: 'tells another version in the cursor',
    breaks: ['N-ROW-8'],
    change: eachRow((edge) => {
      if (edge.node.version) edge.node.version += 1
    }),
  },
  {
    name: 'tells another owner in the cursor',
    breaks: ['N-ROW-9'],
    change: eachRow((edge) => {
      if (edge.node.provenance) edge.node.provenance[0].organization.number = '310000302'
    }),
  },
  {
    name: 'has another digest of the same content each time',
    breaks: ['N-ROW-10'],
    change: eachRow((edge) => {
      edge.cursor = replaced(edge.cursor, 24, randomBytes(16).toString('hex'))
    }),
  },
  {
    name: 'writes times without their offset',
    breaks: ['N-ROW-6', 'N-ROW-11'],
    change: eachRow(
      (edge) => {
        edge.node.effective = edge.node.effective.slice(0, 19)
      },
      (asked) => plain(asked) && !asksFor('code {')(asked),
    ),
  },
  {
    name: 'leaves out a row between pages',
    breaks: ['N-PAGE-1'],
    change: list(
      ({ edges }) => edges.shift(),
      (asked) => isTurned(asked) && isNewest(asked),
    ),
  },
  {
    name: 'leaves out a row between pages from the oldest on',
    breaks: ['N-PAGE-2'],
    change: list(
      ({ edges }) => edges.shift(),
      (asked) => isTurned(asked) && !isNewest(asked),
    ),
  },
  {
    name: 'goes on behind a boundary that it did not make',
    breaks: ['N-PAGE-3'],
    change: list(({ edges }) => edges.shift(), isMade),
  },
  {
    name: 'ends lists early',
    breaks: ['N-PAGE-4'],
    change: list(
      (found) => {
        found.pageInfo.hasNextPage = false
      },
      (asked) => Number(first(asked)) > 10,
    ),
  },
  {
    name: 'counts wrongly',
    breaks: ['N-PAGE-5'],
    change: list(
      (found) => {
        if (found.totalCount) found.totalCount.value += 1
      },
      (asked) => first(asked) === 1,
    ),
  },
  {
    name: 'refuses the largest page',
    breaks: ['N-PAGE-6'],
    change: refuses((asked) => first(asked) === 1_001),
  },
  {
    name: 'takes any page and any cursor',
    breaks: ['N-PAGE-7'],
    change: letsCode('ARGUMENT_OUT_OF_RANGE', 'CURSOR_INVALID'),
  },
  {
    name: 'does not look at codes',
    breaks: ['N-LIST-1'],
    change: list(({ edges }) => edges.push({ cursor: '', node: {} }), asksFor('00000-0'), false),
  },
  {
    name: 'is wrong about periods',
    breaks: ['N-LIST-2'],
    change: list(({ edges }) => edges.pop(), asksFor('period: {')),
  },
  {
    name: 'is wrong about the newest n',
    breaks: ['N-LIST-3'],
    change: list(({ edges }) => edges.pop(), asksFor('last: 5')),
  },
  {
    name: 'counts corrections that come along',
    breaks: ['N-LIST-4'],
    change: list((found) => {
      found.totalCount.value += 1
    }, asksFor('superseding')),
  },
  {
    name: 'gives another than the newest',
    breaks: ['N-LATEST-1'],
    change: field('latestObservations', ({ items }) => {
      if (items[0].observation) items[0].observation.id = '310000108.other'
    }),
  },
  {
    name: 'answers a code once that was asked twice',
    breaks: ['N-LATEST-2'],
    change: field('latestObservations', ({ items }) => items.length > 2 && items.pop()),
  },
  {
    name: 'folds a row twice',
    breaks: ['N-TREND-1'],
    change: field('observationTrend', (found) => {
      found.leftOut += 1
    }),
  },
  {
    name: 'gives buckets that end before they begin',
    breaks: ['N-TREND-2'],
    change: field('observationTrend', ({ buckets }) =>
      buckets.forEach((bucket: Json) => {
        const { start, end } = bucket
        Object.assign(bucket, { start: end, end: start })
      }),
    ),
  },
  {
    name: 'gives a name twice',
    breaks: ['N-NAME-1'],
    change: field('name', ({ variants = [] }) => variants.push(variants[0])),
  },
  {
    name: 'tells of others too',
    breaks: ['N-REP-1'],
    change: list(({ sources }) => sources.push(sources[0])),
  },
  report('N-REP-2', 'has a status of its own', (found) => {
    found.status = 'DONE'
  }),
  report('N-REP-3', 'answers as of tomorrow', (found) => {
    found.asOf = new Date(Date.now() + 86_400_000).toISOString()
  }),
  report('N-REP-4', 'speaks a contract of its own', (found) => {
    found.contractVersion = '9.9'
  }),
  report('N-REP-5', 'has a reason of its own', (found) => {
    found.reason = 'BECAUSE'
  }),
  {
    name: 'does not find whom it does not know',
    breaks: ['N-REP-6'],
    change: (told, asked, lastGood) =>
      list(
        () => {},
        (one) => first(one) === 10,
        false,
      )(told, asked, lastGood) === told
        ? told
        : {
            ...told,
            status: 404,
            text: '{"errors":[{"message":"No.","extensions":{"code":"NOT_FOUND"}}]}',
            json: {},
          },
  },
  {
    name: 'is wrong about being complete',
    breaks: ['N-REP-7'],
    change: list((found) => {
      found.complete = !found.complete
    }),
  },
]

const attestOf = ({ token }: Asked): Json => token[claims.attest]
const citizenOf = ({ token }: Asked): Json => token[claims.citizen]
const refusedAs = (reason: string, told: Json): boolean =>
  told.json?.errors?.[0]?.extensions?.reason === reason

const inLog = (
  change: (entries: Json[]) => unknown,
  holds: (asked: Asked) => boolean = () => true,
) => field('accessLog', ({ edges }) => void change(edges.map((edge: Json) => edge.node)), holds)

const deciding = (breaks: string, name: string, holds: Parameters<typeof lets>[0]): Fault => ({
  name,
  breaks: [breaks],
  change: lets(holds),
})

/** Faults of policy and access log. */
export const policyFaults: readonly Fault[] = [
  deciding(
    'N-POL-1',
    'answers strangers',
    ({ token }) => token[claims.orgnrParent] === '999999990',
  ),
  {
    name: 'refuses without a reason',
    breaks: ['N-POL-2'],
    change: json(
      (asked, { code }) =>
        code === 'POLICY_REFUSED' &&
        asked.token[claims.hprNumber] === undefined &&
        citizenOf(asked) === undefined,
      (value) => {
        delete value.errors[0].extensions.reason
      },
    ),
  },
  deciding(
    'N-POL-3',
    'shows the log to personnel',
    (asked) => asked.query.includes('accessLog') && citizenOf(asked) === undefined,
  ),
  deciding(
    'N-POL-4',
    'breaks the glass for the asking',
    (asked) => attestOf(asked)?.care_relationship?.purpose_of_use?.code === 'BTG',
  ),
  deciding(
    'N-POL-5',
    'shows citizens anybody',
    (asked, told) =>
      citizenOf(asked)?.purpose_of_use.code === 'PATRQT' && refusedAs('NOT_REPRESENTED', told),
  ),
  deciding(
    'N-POL-6',
    'believes who says to represent',
    (asked) => citizenOf(asked)?.purpose_of_use.code === 'FAMRQT',
  ),
  deciding('N-POL-7', 'knows no ages', (_, told) => refusedAs('AGE', told)),
  deciding(
    'N-POL-8',
    'answers citizens through anybody',
    ({ token }) => (token['act'] as Json)?.sub === 'another-client',
  ),
  {
    name: 'does not say that something is blocked',
    breaks: ['N-POL-9'],
    change: list(
      ({ sources }) => {
        if (sources[0].withheld === 'OBJECTION') sources[0].withheld = 'NONE'
      },
      () => true,
      false,
    ),
  },
  {
    name: 'discloses of some patients alone',
    breaks: ['N-POL-10'],
    change: list(
      ({ sources }) => {
        sources[0].withheld = 'NOT_DISCLOSED'
      },
      (asked) => first(asked) === 1,
      false,
    ),
  },
  {
    name: 'records no trace',
    breaks: ['N-AUD-1', 'N-AUD-2', 'N-AUD-3', 'N-AUD-4'],
    change: inLog((entries) =>
      entries.forEach((entry) => {
        entry.trace = null
      }),
    ),
  },
  {
    name: 'records another purpose',
    breaks: ['N-AUD-2'],
    change: inLog((entries) =>
      entries.forEach((entry) => {
        entry.purpose = { code: 'COC' }
      }),
    ),
  },
  {
    name: 'does not record which rows it gave',
    breaks: ['N-AUD-3'],
    change: inLog((entries) =>
      entries.forEach((entry) => {
        entry.items = []
      }),
    ),
  },
  {
    name: 'records refusals as something else',
    breaks: ['N-AUD-4'],
    change: inLog((entries) =>
      entries.forEach((entry) => {
        entry.outcome = 'EMPTY'
      }),
    ),
  },
  {
    name: 'does not look at decisions',
    breaks: ['N-AUD-5'],
    change: field(
      'accessLog',
      ({ edges }) => edges.push({ cursor: '', node: { text: '' } }),
      ({ variables }) => JSON.stringify(variables).includes('no-such-decision'),
    ),
  },
  {
    name: 'names people by number',
    breaks: ['N-AUD-6'],
    change: inLog((entries) =>
      entries.forEach((entry) => {
        entry.text = '12345678901 read.'
      }),
    ),
  },
  {
    name: 'publishes nothing of its log',
    breaks: ['N-AUD-7'],
    change: (told, { url }) => (url.endsWith('/audit/keys') ? { ...told, status: 404 } : told),
  },
]
