import pg from 'pg'
import { AuditError } from '../errors.js'

/** Owners of the logs in a database, in order; none where there never was one. @throws AuditError `AUDIT_UNAVAILABLE` */
export async function listPostgresAuditOwners(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    application_name: 'kilde-audit',
  })
  // One that breaks while nothing is asked would otherwise end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows: known } = await client.query<{ known: boolean }>(
      "select to_regclass('kilde_audit.head') is not null as known",
    )
    if (known[0]?.known !== true) return []
    const { rows } = await client.query<{ owner: string }>(
      'select owner from kilde_audit.head order by owner',
    )
    return rows.map(({ owner }) => owner)
  } catch (cause) {
    throw new AuditError('AUDIT_UNAVAILABLE', { cause })
  } finally {
    await client.end().catch(() => undefined)
  }
}
