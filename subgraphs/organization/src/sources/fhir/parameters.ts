import type { PatientIdentifier } from '@kilde/contract'
import { labelSystems } from '../../ingest/labels.js'
import type { Abilities } from './abilities.js'

type Param = readonly [name: string, value: string]

/** What an Observation must fulfil, as far as a server may be asked for it. */
export interface Wanted {
  /** Tokens `system|code`. */
  readonly codes?: readonly string[]
  readonly category?: readonly string[]
  readonly status?: readonly string[]
  /** Bounds of the row's own time (epoch milliseconds). */
  readonly fromMs?: number
  readonly untilMs?: number
  readonly ids?: readonly string[]
  /** Only rows that say who may not see them: labels of code system 9603. */
  readonly labelled?: boolean
}

/**
 * Servers read a date without time in a zone of their own: what lies within a day of a bound is asked for too, and left out
 * here where it does not belong.
 */
const ZONES_MS = 86_400_000

/**
 * Parameters that narrow a search, of those that the server has. Each may only leave out what is not wanted anyway: whatever
 * a server ignores, this node sorts out itself.
 */
export function paramsOf(wanted: Wanted, { observation }: Abilities): readonly Param[] {
  const { codes, category, status, fromMs, untilMs, ids, labelled } = wanted
  const params: Param[] = []
  // `code` alone would lose rows whose component has the code.
  if (codes?.every(isPlain) && observation.has('combo-code')) {
    params.push(['combo-code', codes.join(',')])
  }
  if (category?.every(isPlain) && observation.has('category')) {
    params.push(['category', category.join(',')])
  }
  if (status && observation.has('status')) params.push(['status', status.join(',')])
  if (ids && observation.has('_id')) params.push(['_id', ids.join(',')])
  if (labelled && observation.has('_security')) {
    params.push(['_security', labelSystems.map((system) => `${system}|`).join(',')])
  }
  if (observation.has('date')) {
    if (fromMs !== undefined) params.push(['date', `ge${iso(fromMs - ZONES_MS)}`])
    if (untilMs !== undefined) params.push(['date', `lt${iso(untilMs + ZONES_MS)}`])
  }
  return params
}

/** Rows that a search by date does not find: those whose `issued` stands in. */
export const undated: readonly Param[] = [['date:missing', 'true']]

/** Rows that a search until an instant does not find: measured in the future, by a clock that is wrong, and so placed earlier. */
export const measuredAfter = (nowMs: number): readonly Param[] => [['date', `ge${iso(nowMs)}`]]

export const token = ({ system, value }: PatientIdentifier): string => `${system}|${value}`

/** These separate values unless they are escaped (R4 §3.1.1.4.2), which servers are known to get wrong: not asked for by them. */
const isPlain = (text: string): boolean => !/[\\,$]/.test(text)

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T00:00:00Z')

const iso = (ms: number): string =>
  new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString()
