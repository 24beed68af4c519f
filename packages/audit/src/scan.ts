import { type AuditQuery, type FoundRecord, fits } from './query.js'
import { type AuditReadOptions, readNumbered } from './read.js'

/** Looks at every record of the log. */
export async function* scan(
  options: AuditReadOptions,
  query: AuditQuery,
  digestKey: Uint8Array,
): AsyncGenerator<FoundRecord> {
  const found: FoundRecord[] = []
  for await (const numbered of readNumbered(options)) {
    if (fits(numbered.record, query, digestKey)) found.push(numbered)
  }
  yield* query.order === 'OLDEST_FIRST' ? found : found.reverse()
}
