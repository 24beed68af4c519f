import type pg from 'pg'
import type { BackupTable } from './sections.js'

/** Migrations are made by the migrator; the access log is a log of its own, with its own proofs. */
const NOT_COPIED = ['kysely_migration', 'kysely_migration_lock']

/** The store's tables, those that others refer to first, with the columns that can be written. */
export async function storeTables(client: pg.Client): Promise<readonly BackupTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; needs: string[] }>(
    `select c.relname as name,
      array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        and attgenerated = '' order by attnum) as columns,
      array(select distinct confrelid::regclass::text from pg_constraint
        where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as needs
    from pg_class c where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all($1)
    order by relname`,
    [NOT_COPIED],
  )
  const ordered: BackupTable[] = []
  for (let left = rows; left.length > 0; ) {
    const ready = left.filter(({ needs }) =>
      needs.every((one) => ordered.some(({ name }) => name === one)),
    )
    if (ready.length === 0) throw new Error('tables refer to one another in a circle')
    ordered.push(...ready.map(({ name, columns }) => ({ name, columns })))
    left = left.filter((one) => !ready.includes(one))
  }
  return ordered
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const copyOut = ({ name, columns }: BackupTable): string =>
  `copy (select ${columns.map(quoted).join(', ')} from ${quoted(name)}) to stdout (format binary)`

export const copyIn = ({ name, columns }: BackupTable): string =>
  `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin (format binary)`

/** Numbers that the database gives go on behind the highest that was restored. */
export async function moveSequences(
  client: pg.Client,
  tables: readonly BackupTable[],
): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ column: string }>(
      `select attname::text as column from pg_attribute
        where attrelid = $1::regclass and attidentity <> ''`,
      [quoted(name)],
    )
    for (const { column } of rows) {
      await client.query(
        `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${quoted(column)}), 0) + 1, false)
          from ${quoted(name)}`,
        [quoted(name), column],
      )
    }
  }
}
