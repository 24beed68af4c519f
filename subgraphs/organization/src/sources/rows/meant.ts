import type { ClosedRows, RowsMeant } from '../source.js'
import type { HeldRow } from './held-row.js'

/** What a row must fulfil besides status and closing. */
export interface Conditions {
  readonly codes?: readonly string[]
  readonly category?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
  readonly abnormalOnly?: boolean
}

export function isAsked(row: HeldRow, conditions: Conditions): boolean {
  const { codes, category, abnormalOnly = false } = conditions
  if (codes && !meet(row.codes, codes)) return false
  if (category && !meet(row.category, category)) return false
  return isWithin(row, conditions) && (!abnormalOnly || row.abnormal)
}

export function isClosed(row: HeldRow, closed: readonly ClosedRows[] = []): boolean {
  return closed.some((one) => closes(row, one))
}

/** Why any of these rows is closed, each reason once. */
export function reasonsOf(
  rows: readonly HeldRow[],
  closed: readonly ClosedRows[],
): readonly ClosedRows['why'][] {
  return REASONS.filter((why) =>
    closed.some((one) => one.why === why && rows.some((row) => closes(row, one))),
  )
}

const REASONS = ['OBJECTION', 'CONFIDENTIAL', 'ROLE'] as const

const closes = (row: HeldRow, { rows, except }: ClosedRows): boolean =>
  isMeant(row, rows) && !except.some((one) => isMeant(row, one))

function isMeant(row: HeldRow, meant: RowsMeant): boolean {
  const { owner, codes, item, labelledOutside, delayedAtMs } = meant
  const { labels = [], openFromMs = Number.POSITIVE_INFINITY } = row
  if (owner !== undefined && row.owner !== owner) return false
  if (codes && !meet(row.codes, codes)) return false
  if (item !== undefined && row.identity !== item) return false
  if (labelledOutside && labels.every((label) => labelledOutside.includes(label))) return false
  if (delayedAtMs !== undefined && !(labels.includes('NORU') && openFromMs > delayedAtMs))
    return false
  return isWithin(row, meant)
}

const meet = (own: readonly string[], asked: readonly string[]): boolean =>
  own.some((one) => asked.includes(one))

const isWithin = (
  { t }: HeldRow,
  { fromMs, untilMs }: Pick<Conditions, 'fromMs' | 'untilMs'>,
): boolean => (fromMs === undefined || t >= fromMs) && (untilMs === undefined || t < untilMs)
