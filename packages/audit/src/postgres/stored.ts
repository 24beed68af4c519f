import type pg from 'pg'
import { isSigned, type LogKeys } from '../keys.js'
import type { Tip } from '../line.js'
import type { IndexQuery, StoredLog } from '../store.js'

const PAGE = 1_000

/** Signed as the head of a file is. */
export const headText = ({ sequence, hash }: Tip): string =>
  `${String(sequence).padStart(16, '0')} ${hash}`

interface Numbered {
  readonly sequence: string
  readonly line: string
}

/** A log's rows as they are, also while they are being written. */
export function storedLog(pool: pg.Pool, keys: LogKeys): StoredLog {
  const { owner } = keys
  return {
    async head() {
      const { rows } = await pool.query<{ sequence: string; hash: string; signature: string }>(
        'select sequence, hash, signature from kilde_audit.head where owner = $1',
        [owner],
      )
      const [row] = rows
      if (!row) return 'absent'
      const tip = { sequence: Number(row.sequence), hash: row.hash }
      return isSigned(keys, headText(tip), row.signature) ? tip : 'forged'
    },
    async *lines(after = 0) {
      for await (const { line } of pages(pool, 'owner = $1', [owner], after))
        yield Buffer.from(line)
    },
    async *treeHeads() {
      const { rows } = await pool.query<{ jws: string }>(
        'select jws from kilde_audit.tree_head where owner = $1 order by number',
        [owner],
      )
      for (const { jws } of rows) yield jws
    },
    async newestTreeHead() {
      const { rows } = await pool.query<{ jws: string }>(
        'select jws from kilde_audit.tree_head where owner = $1 order by number desc limit 1',
        [owner],
      )
      return rows[0]?.jws
    },
  }
}

export async function* findLines(
  pool: pg.Pool,
  owner: string,
  { patient, decision, fromMs, toMs, newestFirst }: IndexQuery,
): AsyncGenerator<Buffer> {
  const where =
    'owner = $1 and at_ms >= $2 and at_ms < $3 and ($4::bytea is null or patient = $4) and ($5::bytea is null or decision = $5)'
  const values = [owner, fromMs, toMs, patient ?? null, decision ?? null]
  const start = newestFirst ? Number.MAX_SAFE_INTEGER : 0
  for await (const { line } of pages(pool, where, values, start, newestFirst))
    yield Buffer.from(line)
}

/** Rows in the order of their numbers, in statements of bounded size. */
export async function* pages(
  pool: pg.Pool,
  where: string,
  values: readonly unknown[],
  start: number,
  descending = false,
): AsyncGenerator<Numbered> {
  const [beyond, order] = descending ? ['<', 'desc'] : ['>', 'asc']
  const at = `$${values.length + 1}`
  for (let last = start; ; ) {
    const { rows } = await pool.query<Numbered>(
      `select sequence, line from kilde_audit.record where ${where} and sequence ${beyond} ${at} order by sequence ${order} limit ${PAGE}`,
      [...values, last],
    )
    yield* rows
    if (rows.length < PAGE) return
    last = Number(rows.at(-1)?.sequence)
  }
}
