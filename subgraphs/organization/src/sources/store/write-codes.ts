import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.js'

/** The store's own numbers of codes, by token; those that are new are added. */
export async function codeIdsOf(
  trx: Transaction<Tables>,
  codes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const tokens = [...new Set(codes)]
  // Looked for before they are added: an insert that finds its row uses up a number all the same.
  await sql`insert into code (token) select token from unnest(${tokens}::text[]) as w(token)
    where not exists (select from code where code.token = w.token)`.execute(trx)
  const { rows } = await sql<{ id: number; token: string }>`
    select id, token from code where token = any(${tokens}::text[])`.execute(trx)
  return new Map(rows.map(({ id, token }) => [token, id]))
}
