import type pg from 'pg'
import type {
  Latest,
  LatestQuestion,
  NameQuestion,
  Names,
  Page,
  PageQuestion,
  SourceRow,
  Trend,
  TrendQuestion,
} from '../source.js'
import { type ClosedQuestion, closedStatement } from './closed-statement.js'
import { lookupOf, type StoreKeys } from './keys.js'
import { latestStatement } from './latest-statement.js'
import { openName } from './names.js'
import { countStatement, pageStatement } from './page-statement.js'
import { type ReadColumns, rowOf, valueRowOf } from './row.js'
import { type Statement, statement } from './statement.js'
import type { NameTable } from './tables.js'
import { trendStatement } from './trend-statement.js'

export interface Reading {
  readonly pool: pg.Pool
  readonly keys: StoreKeys
  readonly now: () => number
}

export async function readPage(reading: Reading, question: PageQuestion): Promise<Page> {
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) {
    return { known: false, rows: [], more: false, asOfMs, ...(question.count && { count: 0 }) }
  }
  const found = await ask<ReadColumns>(reading, pageStatement(patient, question))
  const counted = question.count
    ? await ask<{ count: number }>(reading, countStatement(patient, question))
    : []
  return {
    ...(await closedIn(reading, patient, question)),
    known: true,
    rows: found.slice(0, question.limit).map((row) => rowOf(reading.keys, row, question.elements)),
    ...endOf(found, question.limit),
    asOfMs,
    ...(counted[0] && { count: counted[0].count }),
  }
}

function endOf(found: readonly ReadColumns[], limit: number): Pick<Page, 'more' | 'endsIdentity'> {
  const [last, next] = [found[limit - 1], found[limit]]
  if (!last || !next) return { more: next !== undefined }
  return { more: true, endsIdentity: last.t !== next.t || last.identity !== next.identity }
}

export async function readLatest(reading: Reading, question: LatestQuestion): Promise<Latest> {
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) return { known: false, items: question.items.map(() => []), asOfMs }
  type Columns = ReadColumns & { readonly item: number }
  const found = await ask<Columns>(reading, latestStatement(patient, question))
  const items = question.items.map(() => [] as SourceRow[])
  for (const { item, ...row } of found) {
    items[item - 1]?.push(rowOf(reading.keys, row, question.elements))
  }
  const { closed = [], tellClosed, status } = question
  const codes = [...new Set(question.items.flat())]
  return {
    ...(await closedIn(reading, patient, {
      closed,
      tellClosed: tellClosed ?? false,
      status,
      codes,
    })),
    known: true,
    items: items.map((rows) => atMost(question.limit, rows)),
    asOfMs,
  }
}

type Closable = Omit<ClosedQuestion, 'closed'> & Pick<PageQuestion, 'closed' | 'tellClosed'>

/** Why rows that match are closed. Where nothing is to be told, nothing is looked up. */
async function closedIn(
  reading: Reading,
  patient: number,
  { closed = [], tellClosed, status, ...asked }: Closable,
): Promise<Pick<Page, 'closedFor'>> {
  if (!tellClosed || closed.length === 0) return {}
  const { codes, category, fromMs, untilMs, abnormalOnly } = asked
  const [found = {}] = await ask<Record<string, boolean>>(
    reading,
    closedStatement(patient, {
      ...{ closed, status },
      ...(codes && { codes }),
      ...(category && { category }),
      ...(fromMs !== undefined && { fromMs }),
      ...(untilMs !== undefined && { untilMs }),
      ...(abnormalOnly && { abnormalOnly }),
    }),
  )
  return { closedFor: REASONS.filter((why) => found[why]) }
}

const REASONS = ['OBJECTION', 'CONFIDENTIAL', 'ROLE'] as const

/** The newest by status came beside the newest of all: it takes the place of the last of those. */
function atMost(limit: number, rows: readonly SourceRow[]): readonly SourceRow[] {
  return rows.length > limit ? [...rows.slice(0, limit - 1), ...rows.slice(limit)] : rows
}

export async function readTrend(reading: Reading, question: TrendQuestion): Promise<Trend> {
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) return { known: false, rows: [], more: false, asOfMs }
  const rows = await ask<ReadColumns>(reading, trendStatement(patient, question))
  const { limit } = question
  const codes = new Set(question.codes)
  return {
    ...(await closedIn(reading, patient, question)),
    known: true,
    rows: rows.slice(0, limit).map((row) => valueRowOf(reading.keys, row, codes)),
    more: rows.length > limit,
    asOfMs,
  }
}

export async function readNames(reading: Reading, question: NameQuestion): Promise<Names> {
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) return { known: false, names: [], asOfMs }
  const found = await ask<NameTable>(
    reading,
    statement((bind) => `select * from patient_name where patient = ${bind(patient)} order by use`),
  )
  return { known: true, names: found.map((name) => openName(reading.keys, name)), asOfMs }
}

/** The store's own number of the patient, and the instant that the answer is as of. */
export async function begin(
  reading: Reading,
  { patient: { system, value } }: NameQuestion,
): Promise<{ readonly asOfMs: number; readonly patient: number | undefined }> {
  const asOfMs = reading.now()
  const [patient] = await ask<{ id: number }>(reading, {
    name: 'patient',
    text: 'select id from patient where token = any($1)',
    values: [reading.keys.all.map((key) => lookupOf(key, 'patient', `${system}|${value}`))],
  })
  return { asOfMs, patient: patient?.id }
}

export async function ask<T extends object>(
  { pool }: Reading,
  { values, ...rest }: Statement,
): Promise<readonly T[]> {
  const { rows } = await pool.query<T>({ ...rest, values: [...values] })
  return rows
}
