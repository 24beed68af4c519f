import type pg from 'pg'

interface Part {
  readonly drop: string
  readonly make: string
}

/** Takes constraints and indexes of tables away, does the work, and makes them again: one pass over all rows for each. */
export async function withoutIndexes(
  client: pg.Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { rows: constraints } = await client.query<Part>(CONSTRAINTS, [tables])
  const { rows: indexes } = await client.query<Part>(INDEXES, [tables])
  for (const { drop } of [...constraints, ...indexes]) await client.query(drop)
  await work()
  for (const { make } of [...indexes, ...constraints.toReversed()]) await client.query(make)
}

/** Those that refer to others first: they need what the others make. */
const CONSTRAINTS = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
  from pg_constraint
  where contype in ('p', 'u', 'f') and (conrelid = any($1::regclass[]) or confrelid = any($1::regclass[]))
  order by contype <> 'f'`

const INDEXES = `
  select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as make
  from pg_index where indrelid = any($1::regclass[])
    and not exists (select from pg_constraint where conindid = indexrelid)`
