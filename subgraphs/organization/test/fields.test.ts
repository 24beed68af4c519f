import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MOST_LISTS, parseNodeCursor } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, FNR, LOINC, SNOMED, UCUM, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const identifier = patients.copd.identifier
const PULSE = `${LOINC}|8867-4`
const PULSE_IN_SNOMED = `${SNOMED}|364075005`
const WEIGHT = `${LOINC}|29463-7`
const GLUCOSE = `${LOINC}|15074-8`
const FRAILTY = `${SNOMED}|763264000`

describe('fields of Patient at an organisation', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    database = await startDatabase()
    const url = await database.createDatabase('fields')
    node = await startNode({ databases: [{ organization: 'municipality', url }] })
    const loaded = await node.post('/fhir', systemClaims(own), bundle('batch', kari, ...rows))
    expect(loaded.status).toBe(200)
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const post = (selection: string, variables: object = {}, declared = '') => {
    const query = `query ($identifier: PatientIdentifier! ${declared}) { patient(identifier: $identifier) { ${selection} } }`
    return node.ask(personaClaims('nurse', own), query, { identifier, ...variables })
  }
  const ask = async <T>(selection: string, variables: object = {}, declared = '') => {
    const { body } = await post(selection, variables, declared)
    expect(body).not.toHaveProperty('errors')
    return (body as { data: { patient: T } }).data.patient
  }
  const last = async () => (await node.records('municipality')).at(-1)
  const idOf = async (name: string) => {
    const { all } = await ask<{ all: { nodes: Named[] } }>(
      'all: observations(first: 1000, filter: { superseding: true }) { nodes { id identifier { value } } }',
    )
    return all.nodes.find((one) => nameOf(one) === name)?.id
  }

  describe('observations, with corrections that the status filter leaves out', () => {
    const names = async (filter: string, more = '') => {
      const { list } = await ask<{ list: Listed }>(
        `list: observations(first: 100, filter: { codes: ["${WEIGHT}"], ${filter} } ${more}) { edges { cursor node { identifier { value } } } totalCount { value } }`,
      )
      const letters = list.edges.map(({ cursor }) => parseNodeCursor(cursor)?.s)
      return {
        names: list.edges.map((one) => nameOf(one.node)),
        letters,
        count: list.totalCount.value,
      }
    }

    it('come in their places and are not counted', async () => {
      expect(await names('status: [FINAL], superseding: true')).toEqual({
        names: ['w5', 'w4', 'w3', 'w2', 'w1'],
        letters: ['F', 'E', 'F', 'C', 'F'],
        count: 3,
      })
      expect(await names('status: [FINAL]')).toMatchObject({ names: ['w5', 'w3', 'w1'], count: 3 })
      expect(await names('superseding: true')).toMatchObject({
        letters: ['F', 'E', 'F', 'C', 'F'],
        count: 4,
      })
    })
    it('must meet every other condition', async () => {
      const period = 'period: { start: "2026-03-03T00:00:00+01:00" }'
      expect(await names(`status: [FINAL], superseding: true, ${period}`)).toMatchObject({
        names: ['w5', 'w4', 'w3'],
      })
      expect(await names('abnormalOnly: true, superseding: true')).toMatchObject({ names: [] })
    })
    it('end with the last row by status, page by page', async () => {
      const ended = { names: ['w5', 'w4', 'w3'], letters: ['F', 'E', 'F'], count: 2 }
      expect(await names('status: [FINAL], superseding: true, last: 2')).toEqual(ended)
      expect(await names('status: [FINAL], superseding: true, last: 9')).toMatchObject({
        names: ['w5', 'w4', 'w3', 'w2', 'w1'],
        count: 3,
      })
      const filter = 'filter: { status: [FINAL], superseding: true, last: 2, codes: $codes }'
      const found: (string | undefined)[] = []
      for (let after: string | null = null, more = true; more; ) {
        const page: { list: Listed } = await ask(
          `list: observations(first: 1, after: $after, ${filter}) { edges { cursor node { identifier { value } } } pageInfo { hasNextPage endCursor } }`,
          { after, codes: [WEIGHT] },
          '$after: Cursor, $codes: [Code!]',
        )
        found.push(...page.list.edges.map((one) => nameOf(one.node)))
        after = page.list.pageInfo.endCursor
        more = page.list.pageInfo.hasNextPage
      }
      expect(found).toEqual(ended.names)
    })
  })

  describe('latestObservations', () => {
    const latest = async (codes: readonly string[], selection: string) =>
      ask<{ latestObservations: { items: Item[] } }>(
        `latestObservations(codes: $codes) { ${selection} }`,
        { codes },
        '$codes: [Code!]!',
      )

    it('gives one item for each code, in order, whatever system it is coded in', async () => {
      const found = await latest(
        [WEIGHT, PULSE_IN_SNOMED, 'http://acme.org|x', PULSE],
        'items { code complete newerMayExist observation { identifier { value } valueText } } complete sources { status returned dropped } completeness { agreed }',
      )
      expect(found.latestObservations).toEqual({
        items: [
          itemOf(WEIGHT, 'w5', '75.5 kg'),
          itemOf(PULSE_IN_SNOMED, 'p12', '72 /min'),
          { code: 'http://acme.org|x', complete: true, newerMayExist: false, observation: null },
          itemOf(PULSE, 'p12', '72 /min'),
        ],
        complete: true,
        sources: [{ status: 'OK', returned: 3, dropped: 0 }],
        completeness: { agreed: 1 },
      })
    })
    it('puts each row that it gave on the record once, and no other', async () => {
      await latest([WEIGHT, PULSE, PULSE_IN_SNOMED], 'items { code observation { id } }')
      expect(await last()).toMatchObject({
        fields: ['Observation.id'],
        items: [await idOf('w5'), await idOf('p12')],
        classes: ['Observation'],
      })
    })
    it('gives a gateway the newest rows of a code, corrections among them', async () => {
      const { latestObservations } = await latest(
        [WEIGHT, PULSE],
        'items { edges { cursor node { identifier { value } valueText } } observation { identifier { value } } }',
      )
      const [weights, pulses] = latestObservations.items
      expect(weights?.edges.map((one) => nameOf(one.node))).toEqual(['w5', 'w4', 'w3', 'w2', 'w1'])
      expect(weights?.edges.map(({ cursor }) => parseNodeCursor(cursor)?.s).join('')).toBe('FEFCF')
      expect(pulses?.edges.map((one) => one.node.valueText)).toEqual(
        [72, 71, 70, 69, 68, 67, 66, 65].map((value) => `${value} /min`),
      )
      expect(nameOf(pulses?.observation)).toBe('p12')
    })
    it('finds the newest good row behind any number of wrong ones', async () => {
      const selection =
        'items { edges { node { identifier { value } } } observation { identifier { value } } }'
      const { latestObservations } = await latest([GLUCOSE], selection)
      const [item] = latestObservations.items
      expect(item?.edges.map((one) => nameOf(one.node))).toEqual([
        'g9',
        'g8',
        'g7',
        'g6',
        'g5',
        'g4',
        'g3',
        'good',
      ])
      expect(nameOf(item?.observation)).toBe('good')
    })
    it.each([
      ['no code', [], 'The number of `codes` must be from 1 to 50.'],
      [
        'too many',
        Array.from({ length: 51 }, () => PULSE),
        'The number of `codes` must be from 1 to 50.',
      ],
    ])('refuses %s', async (_name, codes, message) => {
      const { status, body } = await post(
        'latestObservations(codes: $codes) { complete }',
        { codes },
        '$codes: [Code!]!',
      )
      expect(body).toEqual({ errors: [{ message, extensions: { code: 'ARGUMENT_OUT_OF_RANGE' } }] })
      expect(status).toBe(400)
    })
  })

  describe('observationTrend', () => {
    const MARCH = { start: '2026-03-01T00:00:00+01:00', end: '2026-04-01T00:00:00+02:00' }
    const DECLARED = '$code: Code!, $period: PeriodInput!, $unit: UcumUnit!, $bucket: Bucket!'
    const query = (selection: string, more = '') =>
      `observationTrend(code: $code, period: $period, bucket: $bucket, unit: $unit ${more}) { ${selection} }`
    const trend = async (selection: string, variables: object, more = '') => {
      const given = { period: MARCH, bucket: 'DAY', ...variables }
      const found = await ask<{ observationTrend: Trended }>(
        query(selection, more),
        given,
        DECLARED,
      )
      return found.observationTrend
    }
    const FOLDS = 'start end count mean minimum maximum standardDeviation conflicts mayCountCopies'

    it('folds its own rows into days of Norway, each in the unit asked for', async () => {
      const found = await trend(
        `unit leftOut complete buckets { ${FOLDS} } sources { status returned }`,
        {
          code: PULSE,
          unit: '/min',
        },
      )
      expect(found).toEqual({
        unit: '/min',
        leftOut: 0,
        complete: true,
        sources: [{ status: 'OK', returned: 12 }],
        buckets: [
          fold('2026-03-28T00:00:00+01:00', '2026-03-29T00:00:00+01:00', [61, 62, 63]),
          fold('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', [64, 65, 66, 67, 68]),
          fold('2026-03-30T00:00:00+02:00', '2026-03-31T00:00:00+02:00', [69, 70, 71, 72]),
        ],
      })
      expect((await last())?.['items' as never]).toHaveLength(12)
    })
    it('converts, and leaves out and counts what has no number in the unit', async () => {
      const found = await trend('leftOut buckets { start count mean }', { code: WEIGHT, unit: 'g' })
      expect(found.leftOut).toBe(0)
      expect(found.buckets.map(({ count, mean }) => [count, mean])).toEqual([
        [1, 71_500],
        [1, 72_500],
        [1, 73_500],
        [1, 75_500],
      ])
      const glucose = await trend('leftOut buckets { count mean }', {
        code: GLUCOSE,
        unit: 'mg/dL',
      })
      expect(glucose.leftOut).toBe(1)
      expect(glucose.buckets).toEqual([{ count: 1, mean: expect.closeTo(90.078, 6) }])
    })
    it('cuts weeks and months, and days of another time zone', async () => {
      const weeks = await trend('buckets { start count }', {
        code: PULSE,
        unit: '/min',
        bucket: 'WEEK',
      })
      expect(weeks.buckets).toEqual([
        { start: '2026-03-23T00:00:00+01:00', count: 8 },
        { start: '2026-03-30T00:00:00+02:00', count: 4 },
      ])
      const utc = await trend(
        'buckets { start count }',
        { code: PULSE, unit: '/min', bucket: 'MONTH' },
        ', timeZone: "UTC"',
      )
      expect(utc.buckets).toEqual([{ start: '2026-03-01T00:00:00+00:00', count: 12 }])
    })
    it('gives a gateway rows with a business identifier by themselves, and the others folded', async () => {
      const found = await trend(
        'buckets { start count rows { cursor value } rest { count mean squares minimum maximum mayCountCopies } }',
        { code: PULSE, unit: '/min' },
      )
      const [, second] = found.buckets
      expect(second?.rows.map(({ cursor, value }) => [parseNodeCursor(cursor)?.d, value])).toEqual([
        [await idOf('p4'), 64],
        [await idOf('p6'), 66],
        [await idOf('p8'), 68],
      ])
      expect(second?.rest).toEqual({ ...restOf([65, 67]), mayCountCopies: false })
      expect(found.buckets[2]?.rest).toEqual({ ...restOf([69, 71]), mayCountCopies: false })
    })
    it('tells a gateway of corrections that have no number, and folds none', async () => {
      const found = await trend('leftOut buckets { count rows { cursor value } rest { count } }', {
        code: WEIGHT,
        unit: 'kg',
      })
      expect(
        found.buckets.map(({ count, rows, rest }) => [
          count,
          rows.map(({ cursor, value }) => [parseNodeCursor(cursor)?.s, value]),
          rest,
        ]),
      ).toEqual([
        [1, [['F', 71.5]], null],
        [1, [['C', 72.5]], null],
        [1, [['F', 73.5]], null],
        [0, [['E', null]], null],
        [1, [['F', 75.5]], null],
      ])
      const glucose = await trend('leftOut buckets { rows { value } }', {
        code: GLUCOSE,
        unit: 'mmol/L',
      })
      expect(glucose.leftOut).toBe(1)
      const values = glucose.buckets.flatMap(({ rows }) => rows.map(({ value }) => value))
      expect(values).toEqual([null, 5, ...Array.from({ length: 9 }, () => null)])
    })
    it('puts the rows that it folded or gave on the record', async () => {
      await trend('buckets { mean }', { code: WEIGHT, unit: 'kg' })
      const folded = await Promise.all(['w5', 'w3', 'w2', 'w1'].map(idOf))
      await trend('buckets { mean }', { code: WEIGHT, unit: 'kg' })
      const record = (await last()) as { items: string[]; fields: string[] }
      expect(record.items.toSorted()).toEqual(folded.map(String).toSorted())
      expect(record.fields).toEqual(['TrendBucket.mean'])
    })
    it.each<[string, object, string]>([
      [
        'a code that the table does not know',
        { code: 'http://acme.org|x' },
        'The code table does not know this code.',
      ],
      [
        'an ordinal score',
        { code: FRAILTY, unit: '{score}' },
        'Clinical Frailty Scale is an ordinal score: a mean of it says nothing.',
      ],
      [
        'a unit of something else',
        { unit: 'kg' },
        '`unit` is no unit of this measurement, which has /min.',
      ],
      [
        'a period without end',
        { period: { start: MARCH.start } },
        '`period` needs `start` and `end`.',
      ],
      [
        'a period that ends before it begins',
        { period: { start: MARCH.end, end: MARCH.start } },
        '`period.start` must be before `period.end`.',
      ],
      [
        'a period before the calendar',
        { bucket: 'MONTH', period: { start: '0001-01-01T00:00:00Z', end: '0001-02-01T00:00:00Z' } },
        '`period` must lie within the years 2 to 9998.',
      ],
      [
        'too many buckets',
        { bucket: 'HOUR', period: { ...MARCH, start: '2026-01-01T00:00:00Z' } },
        'The period has more than 1,100 buckets.',
      ],
    ])('refuses %s', async (_name, change, message) => {
      const variables = { code: PULSE, unit: '/min', period: MARCH, bucket: 'DAY', ...change }
      const { status, body } = await post(query('complete'), variables, DECLARED)
      expect(body).toEqual({ errors: [{ message, extensions: { code: 'ARGUMENT_OUT_OF_RANGE' } }] })
      expect(status).toBe(400)
    })
    it('refuses a time zone that there is not', async () => {
      const variables = { code: PULSE, unit: '/min', period: MARCH, bucket: 'DAY' }
      const { body } = await post(
        query('complete', ', timeZone: "Mars/Olympus"'),
        variables,
        DECLARED,
      )
      expect(body).toEqual({
        errors: [
          {
            message: 'TimeZone must be a time zone of the IANA database.',
            extensions: { code: 'DOCUMENT_MALFORMED' },
          },
        ],
      })
    })
  })

  describe('name', () => {
    const NAME =
      'name { value { text family given use } variants { value { text } rank recorded source { number } } conflict complete sources { status returned } completeness { agreed } }'

    it('gives the names that it holds, the official one first', async () => {
      expect(await ask(NAME)).toEqual({
        name: {
          value: { text: 'Kari Kols', family: 'Kols', given: ['Kari'], use: 'official' },
          variants: [
            {
              value: { text: 'Kari Kols' },
              rank: 3,
              recorded: '2026-01-02T09:00:00.000Z',
              source: { number: own },
            },
            {
              value: { text: 'Kari' },
              rank: 1,
              recorded: '2026-01-02T09:00:00.000Z',
              source: { number: own },
            },
          ],
          conflict: false,
          complete: true,
          sources: [{ status: 'OK', returned: 2 }],
          completeness: { agreed: 1 },
        },
      })
      expect(await last()).toMatchObject({
        classes: ['Patient'],
        items: [],
        fields: expect.arrayContaining(['HumanName.text', 'PatientNameVariant.rank']),
      })
    })
    it('is EMPTY of a patient without one', async () => {
      expect(await ask(NAME, { identifier: patients.none.identifier })).toMatchObject({
        name: { value: null, variants: [], sources: [{ status: 'EMPTY', returned: 0 }] },
      })
    })
  })

  it('answers all of them in one request, and counts them together', async () => {
    const few = `observations(first: 1) { complete } l: latestObservations(codes: ["${PULSE}"]) { complete } n: name { complete }`
    expect(await ask(few)).toEqual({
      observations: { complete: true },
      l: { complete: true },
      n: { complete: true },
    })
    const many = Array.from({ length: MOST_LISTS - 1 }, (_, n) => `n${n}: name { complete }`).join(
      ' ',
    )
    const { status, body } = await post(`${many} ${few}`)
    expect([status, body]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'DOCUMENT_TOO_LARGE' } }] },
    ])
  })
})

interface Named {
  readonly id?: string
  readonly valueText?: string
  readonly identifier: readonly { readonly value: string }[]
}
interface Listed {
  readonly edges: readonly { readonly cursor: string; readonly node: Named }[]
  readonly totalCount: { readonly value: number }
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}
interface Item extends Pick<Listed, 'edges'> {
  readonly observation: Named
}
interface Trended {
  readonly leftOut: number
  readonly buckets: readonly {
    readonly count: number
    readonly mean: number
    readonly rows: readonly { readonly cursor: string; readonly value: number | null }[]
    readonly rest: object | null
  }[]
}

const nameOf = (named: Named | undefined) => named?.identifier[0]?.value
const itemOf = (code: string, name: string, valueText: string) => ({
  code,
  complete: true,
  newerMayExist: false,
  observation: { identifier: [{ value: name }], valueText },
})

function restOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    count: values.length,
    mean: expect.closeTo(mean, 9),
    squares: expect.closeTo(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      9,
    ),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  }
}

function fold(start: string, end: string, values: readonly number[]) {
  const { squares: _squares, ...folds } = restOf(values)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const standardDeviation = expect.closeTo(Math.sqrt(squares / (values.length - 1)), 9)
  return { start, end, ...folds, standardDeviation, conflicts: 0, mayCountCopies: false }
}

const kari = {
  resourceType: 'Patient',
  meta: { lastUpdated: '2026-01-02T10:00:00+01:00' },
  identifier: [{ system: FNR, value: identifier }],
  name: [
    { use: 'nickname', text: 'Kari' },
    { use: 'official', family: 'Kols', given: ['Kari'] },
    { use: 'usual', text: 'Kari Kols' },
    { use: 'old', text: 'Kari Ungdom' },
    { use: 'temp', text: 'Kari Gips', period: { end: '2020-01-01' } },
  ],
}

const named = (value: string, more: Record<string, unknown>) =>
  weight({ identifier: [{ system: 'urn:test', value }], ...more })
const pulseOf = (n: number, more: Record<string, unknown> = {}) =>
  named(`p${n}`, {
    code: { coding: [{ system: LOINC, code: '8867-4' }] },
    // Every 4.9 hours from the morning of the 28th, over the night in which clocks go forward.
    effectiveDateTime: new Date(
      Date.parse('2026-03-28T05:00:00Z') + n * 4.9 * 3_600_000,
    ).toISOString(),
    valueQuantity: { value: 60 + n, unit: '/min', system: UCUM, code: '/min' },
    ...more,
  })
const weightOf = (n: number, more: Record<string, unknown> = {}) =>
  named(`w${n}`, {
    effectiveDateTime: `2026-03-0${n}T08:00:00+01:00`,
    valueQuantity: { value: 70.5 + n, unit: 'kg', system: UCUM, code: 'kg' },
    ...more,
  })
const glucoseOf = (
  value: string,
  day: number,
  quantity: object,
  more: Record<string, unknown> = {},
) =>
  named(value, {
    code: { coding: [{ system: LOINC, code: '15074-8' }] },
    effectiveDateTime: `2026-03-${String(day).padStart(2, '0')}T08:00:00+01:00`,
    valueQuantity: { unit: 'mmol/L', system: UCUM, code: 'mmol/L', ...quantity },
    ...more,
  })

const rows = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) =>
    pulseOf(n, n % 2 ? { identifier: undefined } : {}),
  ),
  weightOf(1),
  weightOf(2, { status: 'corrected' }),
  weightOf(3),
  weightOf(4, { status: 'entered-in-error' }),
  weightOf(5),
  glucoseOf('good', 1, { value: 5 }),
  glucoseOf(
    'low',
    1,
    { value: 3, comparator: '<' },
    { effectiveDateTime: '2026-03-01T07:00:00+01:00' },
  ),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
    glucoseOf(`g${n}`, n + 1, { value: 99 }, { status: 'entered-in-error' }),
  ),
]
