import { createHash } from 'node:crypto'
import { compareKeys, identityDigest, type RowKey } from '@kilde/contract'
import type { Random } from './random.js'

/** One row at its source. */
export interface Row {
  readonly id: string
  readonly source: string
  readonly instantMs: number
  /** What tells copies of it: shared with rows of other sources, or its own id. */
  readonly identity: string
  readonly owner: string
  readonly version: number
  /** In beats a minute. */
  readonly value: number
  readonly text: string
  /** Its place in the total order, and the digest of its content. */
  readonly key: RowKey
  readonly content: string
}

/** What one source holds: rows by patient. */
export type Holding = readonly (readonly Row[])[]

const FIRST_MS = Date.UTC(2026, 0, 1)
const MINUTE_MS = 60_000

/** Rows of every source; few instants, so that many rows of different sources have the same. */
export function createHoldings(
  random: Random,
  sources: readonly string[],
  patients: number,
  copies: boolean,
): ReadonlyMap<string, Holding> {
  const holdings = new Map<string, Row[][]>()
  const made: Row[][] = Array.from({ length: patients }, () => [])
  for (const source of sources) {
    const own = made.map((others, patient) =>
      Array.from({ length: countOf(random) }, (_, at) => {
        const id = `${source}.p${patient}-${at}`
        if (!copies || others.length === 0 || !random.chance(0.35))
          return newRow(random, id, source)
        return copyOf(random, random.pick(others), id, source)
      }),
    )
    own.forEach((rows, patient) => void made[patient]?.push(...rows))
    holdings.set(source, own)
  }
  return holdings
}

const countOf = (random: Random): number => (random.chance(0.15) ? 0 : random.between(1, 6))

function newRow(random: Random, id: string, source: string): Row {
  const value = random.between(40, 180)
  return complete({
    id,
    source,
    instantMs: FIRST_MS + random.below(12) * MINUTE_MS,
    identity: id,
    owner: source,
    version: random.between(1, 3),
    value,
    text: `${value} /min «${id}» æøå "\\`,
  })
}

function complete(row: Omit<Row, 'key' | 'content'>): Row {
  const i = identityDigest(`urn:kilde:test|${row.identity}`)
  const content = createHash('sha256').update(row.text).digest('hex').slice(0, 32)
  return { ...row, content, key: { t: row.instantMs, i, o: row.source, d: row.id } }
}

/** The same measurement at another source: as it was, newer, or changed. */
function copyOf(random: Random, original: Row, id: string, source: string): Row {
  const copy = { ...original, id, source }
  const changed = random.pick([
    {},
    {},
    { version: original.version + 1 },
    { text: `another ${original.text}` },
  ])
  return complete({ ...copy, ...changed })
}

export const effectiveOf = (row: Pick<Row, 'instantMs'>): string =>
  new Date(row.instantMs).toISOString()

export type Order = 'NEWEST_FIRST' | 'OLDEST_FIRST'

export function sortRows(rows: readonly Row[], order: Order): readonly Row[] {
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  return rows.toSorted((a, b) => sign * compareKeys(a.key, b.key))
}

/** Rows behind a place in an order. */
export function rowsAfter(
  rows: readonly Row[],
  place: RowKey | undefined,
  order: Order,
): readonly Row[] {
  if (!place) return rows
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  return rows.filter((row) => sign * compareKeys(place, row.key) < 0)
}
