import type {
  ClassQuestion,
  ClosedRows,
  LatestQuestion,
  PageQuestion,
  RowsMeant,
  ShownQuestion,
  TrendQuestion,
} from '@kilde/organization/sources'
import fc from 'fast-check'
import type { Placed } from './model.js'
import { kinds, planStatuses } from './plan-facts.js'
import { codes, LAST_DAY_MS, owners, statuses } from './vocabulary.js'

type Patient = PageQuestion['patient']

/** Questions about some patients, at instants and of rows that there are, and at and of others. */
export function questionsAbout(patients: readonly Patient[], rows: readonly Placed[]) {
  const patient = fc.constantFrom(...patients)
  const instants = rows.flatMap(({ t }) => [t, t + 1])
  const instant = fc.oneof(
    fc.constantFrom(...instants, LAST_DAY_MS),
    fc.integer({ min: LAST_DAY_MS - 500 * 86_400_000, max: LAST_DAY_MS + 86_400_000 }),
  )
  const tokens = fc.subarray(Object.values(codes), { minLength: 1, maxLength: 3 })
  const some = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
  const closing = closingOf(instant, tokens, rows)
  const elements = fc.subarray([
    ...['status', 'code', 'identifier', 'effectiveDateTime', 'effectivePeriod', 'issued'],
    ...['valueQuantity', 'valueInteger', 'component', 'note', 'interpretation'],
  ])
  const status = {
    status: fc.subarray([...statuses], { minLength: 1 }),
    beside: fc.boolean(),
  }
  const page: fc.Arbitrary<PageQuestion> = fc
    .record({
      ...{ patient, ...status, elements, closing },
      codes: some(tokens),
      category: some(fc.subarray(['vital-signs', 'survey', 'exam'], { minLength: 1 })),
      fromMs: some(instant),
      untilMs: some(instant),
      abnormalOnly: fc.boolean(),
      last: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 3 }),
      order: fc.constantFrom('NEWEST_FIRST' as const, 'OLDEST_FIRST' as const),
      limit: fc.integer({ min: 1, max: 40 }),
      count: fc.boolean(),
    })
    .map(({ closing: shut, beside, ...rest }) => ({
      ...given(rest),
      ...shut,
      ...superseding(rest.status, beside),
      // The contract has `last` of the newest only.
      order: rest.last === undefined ? rest.order : 'NEWEST_FIRST',
    }))
  const latest: fc.Arbitrary<LatestQuestion> = fc
    .record({
      ...{ patient, ...status, elements, closing },
      items: fc.array(tokens, { minLength: 1, maxLength: 4 }),
      limit: fc.integer({ min: 1, max: 8 }),
    })
    .map(({ closing: shut, beside, ...rest }) => ({
      ...rest,
      ...shut,
      ...superseding(rest.status, beside),
    }))
  const trend: fc.Arbitrary<TrendQuestion> = fc
    .record({
      ...{ patient, ...status, closing, codes: tokens },
      fromMs: instant,
      untilMs: instant,
      limit: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ closing: shut, beside, ...rest }) => ({
      ...rest,
      ...shut,
      ...superseding(rest.status, beside),
    }))
  const shown: fc.Arbitrary<ShownQuestion> = fc.record({
    patient,
    ids: fc
      .uniqueArray(fc.constantFrom(...rows.map(({ id }) => id)), { maxLength: 30 })
      .map((ids) => [...ids, '310000108.none']),
    closed: fc.array(closedRows(instant, tokens, rows), { maxLength: 3 }),
  })
  const own: fc.Arbitrary<ClassQuestion> = fc
    .record({
      ...{ patient, elements: fc.subarray(['status', 'title', 'goal', 'period']), closing },
      status: fc.subarray([...planStatuses], { minLength: 1 }),
      beside: fc.boolean(),
      kinds: some(fc.subarray(Object.keys(kinds), { minLength: 1 })),
      fromMs: some(instant),
      untilMs: some(instant),
      order: fc.constantFrom('NEWEST_FIRST' as const, 'OLDEST_FIRST' as const),
      limit: fc.integer({ min: 1, max: 20 }),
      ...{ count: fc.boolean(), related: fc.boolean(), rivals: fc.boolean() },
    })
    .map(({ closing: shut, beside, kinds: asked, ...rest }) => ({
      ...given(rest),
      ...shut,
      class: 'CarePlan',
      facets: asked ? { kind: asked } : {},
      ...(beside && { superseding: planStatuses.filter((one) => !rest.status.includes(one)) }),
    }))
  return { page, latest, trend, shown, own }
}

const superseding = (status: readonly string[], beside: boolean) =>
  beside ? { superseding: statuses.filter((one) => !status.includes(one)) } : {}

function closingOf(
  instant: fc.Arbitrary<number>,
  tokens: fc.Arbitrary<readonly string[]>,
  rows: readonly Placed[],
) {
  return fc
    .record({
      closed: fc.option(fc.array(closedRows(instant, tokens, rows), { maxLength: 3 }), {
        nil: undefined,
      }),
      tellClosed: fc.boolean(),
    })
    .map(given)
}

function closedRows(
  instant: fc.Arbitrary<number>,
  tokens: fc.Arbitrary<readonly string[]>,
  rows: readonly Placed[],
): fc.Arbitrary<ClosedRows> {
  const meant: fc.Arbitrary<RowsMeant> = fc
    .record({
      owner: rarely(fc.constantFrom(...owners)),
      codes: rarely(tokens),
      item: rarely(fc.constantFrom(...rows.map(({ identity }) => identity))),
      fromMs: rarely(instant),
      untilMs: rarely(instant),
      labelledOutside: rarely(fc.subarray(['NORS', 'NORU'])),
      delayedAtMs: rarely(instant),
    })
    .map(given)
  return fc.record({
    why: fc.constantFrom('OBJECTION' as const, 'CONFIDENTIAL' as const, 'ROLE' as const),
    rows: meant,
    except: fc.array(meant, { maxLength: 2 }),
  })
}

const rarely = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 1 })

/** Without members that are undefined. */
const given = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T as undefined extends T[K] ? never : K]: T[K]
  } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
