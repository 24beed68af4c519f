import { type Kysely, sql, type Transaction } from 'kysely'
import { openContent, openFacts, sealContent, sealFacts } from './content.js'
import { lookupOf, nameOf, type StoreKeys } from './keys.js'
import { openName, sealName } from './names.js'
import { resealResources } from './resources/reseal-resources.js'
import { isCurrent, open, seal } from './seal.js'
import type { NameTable, Tables } from './tables.js'
import { patientPlace, takeTurn } from './take.js'
import { openVersion, sealVersion } from './versions.js'

/** Rows of a step: few enough that a writer hardly waits. */
const AT_ONCE = 500

export interface Resealed {
  readonly patients: number
  readonly observations: number
}

/**
 * Seals with the current key whatever an earlier one sealed, step by step beside readers and writers, and ends by taking the
 * earlier keys off the list of those that are needed. Broken off, it is begun again and finds what is left.
 * @throws Unopened where something does not open: then nothing is taken off the list
 */
export async function resealAll(db: Kysely<Tables>, keys: StoreKeys): Promise<Resealed> {
  const patients = await inSteps(db, (trx, after) => resealPatients(trx, keys, after))
  const observations = await inSteps(db, (trx, after) => resealRows(trx, keys, after))
  await sql`update keeper set keys = ${[nameOf(keys.current)]}::text[]`.execute(db)
  return { patients, observations }
}

interface Step {
  /** Number of the last row looked at; undefined after the last of all. */
  readonly last: number | undefined
  readonly sealed: number
}

async function inSteps(
  db: Kysely<Tables>,
  step: (trx: Transaction<Tables>, after: number) => Promise<Step>,
): Promise<number> {
  let sealed = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after
    const done: Step = await db.transaction().execute(async (trx) => {
      await takeTurn(trx)
      return step(trx, from)
    })
    sealed += done.sealed
    after = done.last
  }
  return sealed
}

async function resealPatients(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  after: number,
): Promise<Step> {
  const { rows } = await sql<{ id: number; token: string; sealed: Buffer }>`
    select id, token, sealed from patient where id > ${after} order by id limit ${AT_ONCE}`.execute(
    trx,
  )
  const old = rows.filter(({ sealed }) => !isCurrent(keys, sealed))
  for (const { id, token, sealed } of old) {
    const patient = open(keys, patientPlace(token), sealed)
    const fresh = lookupOf(keys.current, 'patient', patient)
    await sql`update patient set token = ${fresh}, sealed = ${seal(keys, patientPlace(fresh), patient)}
      where id = ${id}`.execute(trx)
  }
  const last = rows.at(-1)?.id
  if (last !== undefined) {
    await resealNames(trx, keys, after, last)
    await resealResources(trx, keys, after, last)
  }
  return { last, sealed: old.length }
}

async function resealNames(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  after: number,
  last: number,
): Promise<void> {
  const { rows } = await sql<NameTable>`select patient, use, sealed, recorded_ms from patient_name
    where patient > ${after} and patient <= ${last}`.execute(trx)
  for (const name of rows.filter(({ sealed }) => !isCurrent(keys, sealed))) {
    const sealed = sealName(keys, name, openName(keys, name))
    await sql`update patient_name set sealed = ${sealed}
      where patient = ${name.patient} and use = ${name.use}`.execute(trx)
  }
}

interface Columns {
  readonly number: number
  readonly id: string
  readonly patient: number
  readonly version: number
  readonly facts: Buffer
  readonly resource: Buffer
}

async function resealRows(trx: Transaction<Tables>, keys: StoreKeys, after: number): Promise<Step> {
  const { rows } = await sql<Columns>`select number, id, patient, version, facts, resource
    from observation where number > ${after} order by number limit ${AT_ONCE}`.execute(trx)
  const old = rows.filter(
    ({ facts, resource }) => !isCurrent(keys, facts) || !isCurrent(keys, resource),
  )
  const fresh = old.map((row) => freshRow(keys, row))
  await sql`update observation o set key = r.key, facts = decode(r.facts, 'base64'),
      resource = decode(r.resource, 'base64')
    from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb)
      as r(number bigint, key text, facts text, resource text)
    where o.number = r.number`.execute(trx)
  await resealVersions(
    trx,
    keys,
    rows.map(({ id }) => id),
  )
  return { last: rows.at(-1)?.number, sealed: old.length }
}

function freshRow(keys: StoreKeys, row: Columns) {
  const facts = openFacts(keys, row, row.facts)
  const content = openContent(keys, row, row.resource)
  return {
    number: row.number,
    key: lookupOf(keys.current, 'key', facts.key),
    facts: sealFacts(keys, row, facts).toString('base64'),
    resource: sealContent(keys, row, content).toString('base64'),
  }
}

async function resealVersions(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ id: string; version: number; sent: Buffer }>`
    select observation as id, version, sent from observation_version
    where observation = any(${ids}::text[])`.execute(trx)
  for (const { id, version, sent } of rows.filter((row) => !isCurrent(keys, row.sent))) {
    const sealed = sealVersion(keys, { id, version }, openVersion(keys, { id, version }, sent))
    await sql`update observation_version set sent = ${sealed}
      where observation = ${id} and version = ${version}`.execute(trx)
  }
}
