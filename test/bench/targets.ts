import { MAIN_CASE, MEGABYTE_CASE, type Variant } from './cases.js'
import type { Row } from './measure.js'

/** A number to reach, and what this run says of it. */
export interface Target {
  readonly name: string
  readonly found: string
  readonly met: boolean
}

const FLAT_FROM = 10

/** The targets that these rows say something about; each is a ratio within the run, or a time that the design sets. */
export function targetsOf(rows: readonly Row[]): readonly Target[] {
  return [...ratios(rows), ...flat(rows), ...block(rows), ...added(rows)]
}

const find = (rows: readonly Row[], name: string, variant: Variant): Row | undefined =>
  rows.find((row) => row.case === name && row.variant === variant)

function ratios(rows: readonly Row[]): Target[] {
  const merge = find(rows, MAIN_CASE, 'merge-only')
  const secure = find(rows, MAIN_CASE, 'secure')
  const tuned = find(rows, MAIN_CASE, 'apollo-tuned')
  const found: Target[] = []
  if (merge) found.push(most('merge only, times the relay', merge.relayRatio, 2.5, '×'))
  if (merge && tuned) {
    const share = merge.cpuMsPerQuery / tuned.cpuMsPerQuery
    found.push(most('merge only, share of tuned @apollo/gateway', share, 0.2, ''))
  }
  if (secure) found.push(most('secure, times the relay', secure.relayRatio, 5, '×'))
  return found
}

/** From 10 sources on, one more costs as much as each before. */
function flat(rows: readonly Row[]): Target[] {
  const sizes = [...new Set(rows.map(({ rowsPerSource }) => rowsPerSource))]
  return sizes.flatMap((size) => {
    const same = rows.filter((row) => row.rowsPerSource === size)
    const found = growthOf(same, 'merge-only')
    if (!found) return []
    // The cases are minutes apart: what the relay's cost grew by, the machine did.
    const relay = growthOf(same, 'relay')?.growth.toFixed(2) ?? 'unknown'
    const name = `CPU per source from 10 to ${found.most} sources, ${size} rows, largest share of that at 10 (the relay: ${relay}×)`
    return [most(name, found.growth, 1.2, '×')]
  })
}

interface Growth {
  readonly growth: number
  readonly most: number
}

/** By how much a source costs more where there are many (times its cost among ten). */
function growthOf(rows: readonly Row[], variant: Variant): Growth | undefined {
  const many = rows.filter((row) => row.variant === variant && row.sources >= FLAT_FROM)
  const first = many.find(({ sources }) => sources === FLAT_FROM)
  if (!first || many.length < 2) return undefined
  const growth = Math.max(...many.map((row) => perSource(row) / perSource(first)))
  return { growth, most: Math.max(...many.map(({ sources }) => sources)) }
}

export const perSource = ({ cpuMsPerQuery, sources }: Row): number => cpuMsPerQuery / sources

function block(rows: readonly Row[]): Target[] {
  const row = find(rows, MEGABYTE_CASE, 'merge-only')
  return row ? [most('event loop blocked by one answer of 1 MB', row.maxBlockMs, 50, ' ms')] : []
}

/** Beside what the machine alone adds: the relay's time is that of connections, client and nodes on the same cores. */
function added(rows: readonly Row[]): Target[] {
  const relay = find(rows, MAIN_CASE, 'relay')?.addedP50Ms
  const floor = relay === undefined ? '' : ` (the relay: ${relay.toFixed(2)} ms)`
  return (['merge-only', 'secure'] as const).flatMap((variant) => {
    const row = find(rows, MAIN_CASE, variant)
    const name = `${variant}: p50 added over the slowest of 20 sources at half load${floor}`
    return row ? [most(name, row.addedP50Ms, 5, ' ms')] : []
  })
}

function most(name: string, value: number, limit: number, unit: string): Target {
  const found = `${value.toFixed(2)}${unit} (target: at most ${limit}${unit})`
  return { name, found, met: value <= limit }
}
