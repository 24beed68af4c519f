import { parseInstant, trendOf } from '@kilde/contract'
import { type Check, fail, notApplicable, type Outcome, verdict } from '../check.js'
import { clinicalLists, type ListField, listIn, type Row, readList } from '../lists.js'
import { at, listAt, named, textAt } from '../read.js'
import { answered, isOutcome } from '../refused.js'
import type { Tester } from '../tester.js'

const [observations] = clinicalLists.filter(({ name }) => name === 'observations')
const DAY_MS = 86_400_000

interface Sample {
  readonly field: ListField
  /** All observations, newest first. */
  readonly rows: readonly Row[]
  /** A code that some of them have, and whose trend the contract allows. */
  readonly code: string
  readonly unit: string
}

const CODES = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  list: observations(first: 1000) { edges { cursor node { id effective code { coding { system code } } } } } } }`

/** Observations of the known patient, and a code among theirs. */
const sample = (tester: Tester): Promise<Sample | undefined> =>
  tester.once('sample', async () => {
    const { rows } = listIn(await tester.ask({ query: CODES }))
    const tokens = rows.flatMap(({ node }) =>
      listAt(node, 'code', 'coding').map(
        (one) => `${textAt(one, 'system')}|${textAt(one, 'code')}`,
      ),
    )
    const code = tokens.find((one) => trendOf(one).allowed)
    const trend = code === undefined ? undefined : trendOf(code)
    const unit = trend?.allowed ? trend.measurement.unit : undefined
    return observations && code !== undefined && unit !== undefined
      ? { field: observations, rows, code, unit }
      : undefined
  })

const check = (
  id: string,
  title: string,
  run: (found: Sample, tester: Tester) => Promise<Outcome>,
): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester) => {
    const found = await sample(tester)
    return found
      ? run(found, tester)
      : fail('no observation of the known patient has a code with a trend')
  },
})

const ofCode = async (tester: Tester, { field, code }: Sample): Promise<readonly Row[]> =>
  (await readList(tester, field, { first: 1_000 }, `{ codes: ["${code}"] }`)).rows

const ids = (rows: readonly Row[]): string => rows.map(({ key }) => key?.d).join(' ')

export const fieldChecks: readonly Check[] = [
  check(
    'N-LIST-1',
    'leaves in the rows of the codes that are asked for, and no others',
    async (found, tester) => {
      const some = await ofCode(tester, found)
      const withCode = found.rows.filter(({ node }) =>
        listAt(node, 'code', 'coding').some(
          (one) => `${textAt(one, 'system')}|${textAt(one, 'code')}` === found.code,
        ),
      )
      const missing = withCode.filter(({ key }) => !some.some((row) => row.key?.d === key?.d))
      const unknown = await readList(
        tester,
        found.field,
        { first: 5 },
        '{ codes: ["http://loinc.org|00000-0"] }',
      )
      return verdict([
        missing.length > 0 && `${missing.length} rows of the code are missing`,
        unknown.rows.length > 0 && 'rows came for a code that no row has',
      ])
    },
  ),
  check(
    'N-LIST-2',
    'holds periods to their start, and to before their end',
    async ({ field, rows }, tester) => {
      const [middle, older] = [
        rows[Math.floor(rows.length / 3)],
        rows[Math.floor((2 * rows.length) / 3)],
      ]
      const [end, start] = [textAt(middle?.node, 'effective'), textAt(older?.node, 'effective')]
      const [endMs = 0, startMs = 0] = [parseInstant(end), parseInstant(start)]
      const filter = `{ period: { start: "${start}", end: "${end}" } }`
      const within = rows.filter(
        ({ key }) => key !== undefined && key.t >= startMs && key.t < endMs,
      )
      const got = await readList(tester, field, { first: 1_000 }, filter)
      return verdict([ids(got.rows) !== ids(within) && 'other rows than those of the period'])
    },
  ),
  check('N-LIST-3', 'gives the newest n rows for `last`', async ({ field, rows }, tester) => {
    const got = await readList(tester, field, { first: 5 }, '{ last: 5 }')
    return verdict([ids(got.rows) !== ids(rows.slice(0, 5)) && 'other rows than the newest five'])
  }),
  check(
    'N-LIST-4',
    'shows what was entered in error only where it is asked for',
    async ({ field, rows }, tester) => {
      const filter = '{ status: [FINAL], superseding: true }'
      const {
        answer,
        more,
        total = -1,
        rows: corrected,
      } = await readList(tester, field, { first: 1_000 }, filter)
      const finals = corrected.filter(({ key }) => key?.s === 'F').length
      return verdict([
        answer.status !== 200 && `\`superseding\` is answered ${named(answer)}`,
        rows.some(({ key }) => key?.s === 'E') && 'rows entered in error came unasked',
        // Of a longer list only so much is known: those on the page are counted at least.
        answer.status === 200 &&
          (more ? total < finals : total !== finals) &&
          'corrections that come along are counted',
      ])
    },
  ),
  check(
    'N-LATEST-1',
    'gives the newest row of each code, as the list has it',
    async (found, tester) => {
      const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      latestObservations(codes: ["${found.code}"]) { items { code observation { id } edges { cursor } } } } }`
      const answer = await answered(tester, { query })
      if (isOutcome(answer)) return answer
      const [newest] = await ofCode(tester, found)
      const [item] = listAt(answer.json, 'data', 'patient', 'latestObservations', 'items')
      return verdict([
        textAt(item, 'observation', 'id') !== newest?.key?.d &&
          'another row than the newest of the list',
        listAt(item, 'edges').length > 8 && 'more than 8 rows',
      ])
    },
  ),
  check(
    'N-LATEST-2',
    'answers codes in the order asked, and as often',
    async ({ code }, tester) => {
      const codes = [code, 'http://loinc.org|00000-0', code]
      const query = `query ($identifier: PatientIdentifier!, $codes: [Code!]!) { patient(identifier: $identifier) {
      latestObservations(codes: $codes) { items { code } } } }`
      const answer = await answered(tester, { query, variables: { codes } })
      if (isOutcome(answer)) return answer
      const got = listAt(answer.json, 'data', 'patient', 'latestObservations', 'items')
      const told = got.map((item) => textAt(item, 'code')).join(' ')
      return verdict([told !== codes.join(' ') && 'other codes, or in another order'])
    },
  ),
  check(
    'N-TREND-1',
    'folds into a trend the rows that the list has, each once',
    async (found, tester) => {
      const rows = (await ofCode(tester, found)).filter(({ key }) => key?.s !== 'X')
      const { data, answer, oldest } = await trend(found, rows, tester)
      if (!data) return fail(`answered ${named(answer)}`)
      const within = rows.filter(({ key }) => key !== undefined && key.t >= oldest).length
      const counted = listAt(data, 'buckets').reduce<number>((sum, bucket) => {
        const numbers = listAt(bucket, 'rows').filter((row) => at(row, 'value') !== null)
        return sum + numbers.length + Number(at(bucket, 'rest', 'count') ?? 0)
      }, 0)
      const all = counted + Number(at(data, 'leftOut') ?? 0)
      return verdict([all !== within && `${all} rows folded or left out, ${within} in the list`])
    },
  ),
  check(
    'N-TREND-2',
    'gives buckets oldest first, each with rows of its time',
    async (found, tester) => {
      const { data, answer } = await trend(found, await ofCode(tester, found), tester)
      if (!data) return fail(`answered ${named(answer)}`)
      const buckets = listAt(data, 'buckets').map((bucket) => ({
        startMs: parseInstant(textAt(bucket, 'start')) ?? Number.NaN,
        endMs: parseInstant(textAt(bucket, 'end')) ?? Number.NaN,
        rows: listAt(bucket, 'rows').map((row) => textAt(row, 'cursor')),
      }))
      const isOrdered = buckets.every(({ startMs, endMs }, index) => {
        const before = buckets[index - 1]
        return startMs < endMs && (!before || before.endMs <= startMs)
      })
      const instants = new Map(found.rows.map(({ cursor, key }) => [placeOf(cursor), key?.t]))
      const isWithin = buckets.every(({ startMs, endMs, rows }) =>
        rows.every((cursor) => {
          const instant = instants.get(placeOf(cursor))
          return instant === undefined || (instant >= startMs && instant < endMs)
        }),
      )
      return verdict([
        !isOrdered && 'buckets out of order',
        !isWithin && 'a row in another’s bucket',
      ])
    },
  ),
  {
    id: 'N-NAME-1',
    level: 'MUST',
    title: 'gives the preferred name first, each name once',
    run: async (tester) => {
      const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        name { variants { rank recorded value { text } } sources { status } } } }`
      const answer = await tester.ask({ query })
      if (answer.status === 403) return notApplicable('names are closed to the permitted requester')
      const variants = listAt(answer.json, 'data', 'patient', 'name', 'variants')
      const texts = variants.map((one) => textAt(one, 'value', 'text'))
      const ranks = variants.map((one) => Number(at(one, 'rank')))
      return verdict([
        answer.status !== 200 && `answered ${named(answer)}`,
        new Set(texts).size < texts.length && 'a name came twice',
        ranks.some((rank, index) => index > 0 && rank > (ranks[index - 1] ?? 0)) &&
          'a better rank behind',
        ranks.some((rank) => ![1, 2, 3].includes(rank)) && 'a rank that is none of 1, 2, 3',
      ])
    },
  },
]

/** Instant, identity and row id of a cursor: the same whatever the salt of the question. */
const placeOf = (cursor: string): string => cursor.slice(65)

/** Days that a trend is asked for at most: 1,100 buckets are the limit. */
const MOST_DAYS = 1_000

async function trend({ code, unit }: Sample, rows: readonly Row[], tester: Tester) {
  const newest = (rows[0]?.key?.t ?? Date.now()) + DAY_MS
  const oldest = Math.max(rows.at(-1)?.key?.t ?? newest, newest - MOST_DAYS * DAY_MS)
  const query = `query ($identifier: PatientIdentifier!, $code: Code!, $unit: UcumUnit!, $period: PeriodInput!) {
    patient(identifier: $identifier) { observationTrend(code: $code, unit: $unit, period: $period, bucket: DAY) {
      buckets { start end rows { cursor value } rest { count mean squares minimum maximum } } leftOut } } }`
  const period = { start: new Date(oldest).toISOString(), end: new Date(newest).toISOString() }
  const answer = await tester.ask({ query, variables: { code, unit, period } })
  return { answer, oldest, data: at(answer.json, 'data', 'patient', 'observationTrend') }
}
