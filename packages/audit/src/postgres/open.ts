import { createLog } from '../create-log.js'
import { AuditError } from '../errors.js'
import { deriveKeys, type KeyOptions } from '../keys.js'
import { type AuditLog, type AuditLogParts, partsOf } from '../log.js'
import { type AuditReader, createReader } from '../reader.js'
import { createReaders } from './connection.js'
import { openPostgresStore } from './store.js'
import { storedLog } from './stored.js'

export interface PostgresAuditLogOptions extends AuditLogParts {
  /** PostgreSQL 15 or later; the log takes the schema `kilde_audit`. */
  readonly databaseUrl: string
}

/**
 * The access log in PostgreSQL instead of files: the same records, chain, tree and promises.
 * @throws AuditError `AUDIT_LOG_DAMAGED`, `AUDIT_LOG_IN_USE`, `AUDIT_UNAVAILABLE`
 */
export async function openPostgresAuditLog(options: PostgresAuditLogOptions): Promise<AuditLog> {
  const parts = partsOf(options)
  const readers = createReaders(options.databaseUrl)
  try {
    const store = await openPostgresStore({ ...parts, readers, databaseUrl: options.databaseUrl })
    return createLog(store, parts, async () => {})
  } catch (error) {
    await readers.end()
    throw error instanceof AuditError
      ? error
      : new AuditError('AUDIT_UNAVAILABLE', { cause: error })
  }
}

/** A log in PostgreSQL for whoever holds its key, also while another process writes it. `close` ends the connections. */
export function postgresAuditReader(
  options: KeyOptions & { readonly databaseUrl: string },
): AuditReader & { close(): Promise<void> } {
  const keys = deriveKeys(options)
  const readers = createReaders(options.databaseUrl)
  return { ...createReader(storedLog(readers, keys), keys), close: () => readers.end() }
}
