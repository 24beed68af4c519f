import { identityDigest } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { contentDigest, sentDigest } from '../../src/map/canonical.js'
import { migrate } from '../../src/sources/store/migrations.js'
import type { Tables } from '../../src/sources/store/tables.js'

/** The first version whose rows had names beside them. */
const EARLIER = '0002_patient_names'

/** A database as an earlier version left it: rows in plain jsonb, found by their own codes alone. */
export async function fillAsBefore(
  databaseUrl: string,
  organization: string,
  observations: readonly Record<string, unknown>[],
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await migrate(db, EARLIER)
  for (const [index, one] of observations.entries()) {
    await insert(pool, `${organization}.earlier-${index}`, one as unknown as Observation)
  }
  await db.destroy()
}

async function insert(pool: pg.Pool, id: string, observation: Observation): Promise<void> {
  const { system = '', value = '' } = observation.subject?.identifier ?? {}
  await pool.query('insert into patient (system, value) values ($1, $2) on conflict do nothing', [
    system,
    value,
  ])
  const { rows } = await pool.query<{ id: string }>(
    'select id from patient where system = $1 and value = $2',
    [system, value],
  )
  const patient = rows[0]?.id ?? ''
  const [named] = observation.identifier ?? []
  const identifier = `${named?.system}|${named?.value}`
  const codes = (observation.code.coding ?? []).map((one) => `${patient}:${one.system}|${one.code}`)
  await pool.query(
    `insert into observation (id, patient, key, identity, t, precision, version, codes, category, status, abnormal, content,
        sent, owner, author_kind, received_ms, resource)
      values ($1, $2, $3, $4, $5, 'INSTANT', 1, $6, '{vital-signs}', $7, false, $8, $9, $10, 'UNKNOWN', $5, $11)`,
    [
      ...[id, patient, `identifier:${identifier}`, identityDigest(identifier)],
      ...[Date.parse(observation.effectiveDateTime ?? ''), codes, observation.status],
      ...[contentDigest(observation), sentDigest(observation), id.slice(0, 9)],
      JSON.stringify(observation),
    ],
  )
}
