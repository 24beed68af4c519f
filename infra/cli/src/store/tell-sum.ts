import type { BackupSum } from '@kilde/organization/store'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'

/** Rows and digest of each table, the whole number last. */
export function tellSum({ tables }: BackupSum, what: string, { out }: Surroundings): void {
  const rows = tables.map(({ name, rows: count, sha256 }) => [name, String(count), sha256])
  out.write(table(['TABLE', 'ROWS', 'SHA-256'], rows))
  const all = tables.reduce((sum, { rows: count }) => sum + count, 0)
  out.write(`${all} rows of ${tables.length} tables ${what}\n`)
}
