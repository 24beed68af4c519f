import { identifierToken, identityDigest, type PatientIdentifier } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { contentDigest, sentDigest } from '../../src/map/canonical.js'
import {
  deriveStoreKeys,
  lookupOf,
  nameOf,
  type StoreKeyOptions,
} from '../../src/sources/store/keys.js'
import { migrate } from '../../src/sources/store/migrations.js'
import { seal } from '../../src/sources/store/seal.js'
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

/** The last version in which plans were the only class of resources, in tables of their own. */
const PLANS_ALONE = '0010_deletions'

/** A database as that version left it: one patient's resources, written as it wrote them. */
export async function fillWithPlansAsBefore(
  databaseUrl: string,
  options: StoreKeyOptions,
  patient: PatientIdentifier,
  resources: readonly { readonly resourceType: string; readonly id: string }[],
): Promise<void> {
  const keys = deriveStoreKeys(options)
  const pool = new pg.Pool({ connectionString: databaseUrl })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await migrate(db, PLANS_ALONE)
  const { organization } = options
  await pool.query('insert into keeper (organization, keys) values ($1, $2)', [
    ...[organization, [nameOf(keys.current)]],
  ])
  const who = identifierToken(patient)
  const token = lookupOf(keys.current, 'patient', who)
  const { rows } = await pool.query<{ id: string }>(
    'insert into patient (token, sealed) values ($1, $2) returning id',
    [token, seal(keys, `patient|${token}`, who)],
  )
  const number = rows[0]?.id ?? ''
  for (const [index, resource] of resources.entries()) {
    const { resourceType, id: own } = resource
    const id = `${organization}.plan-${index}`
    const key = `${resourceType} id:${own}`
    const sent = sentDigest(resource as unknown as Observation)
    const written = [key, sent, null, [`${resourceType}/${own}`], JSON.stringify(resource)]
    await pool.query(
      `insert into plan_resource (id, patient, key, version, owner, author_kind, received_ms, labels, content)
        values ($1, $2, $3, 1, $4, 'UNKNOWN', 0, '{}', $5)`,
      [
        ...[id, number, lookupOf(keys.current, 'key', key), organization],
        seal(keys, `plan|${id}|${number}|1`, JSON.stringify(written)),
      ],
    )
  }
  await db.destroy()
}
