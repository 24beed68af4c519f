import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { lookupOf, patientPlace, type StoreKeys, seal } from '@kilde/organization/store'
import type pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { CopyRows } from './copy-rows.js'
import { kinds, outOfUse, type Population } from './population.js'
import { columns, numberOf, tokenOf, writeStored } from './stored-row.js'
import { withoutIndexes } from './without-indexes.js'

const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'

/**
 * Fills an empty store with a population by COPY, in one transaction and with indexes made at the end: with `wal_level` minimal
 * nothing of it is written twice.
 */
export async function fill(client: pg.Client, keys: StoreKeys, population: Population) {
  await client.query(`begin; set local statement_timeout = 0; set local maintenance_work_mem = '512MB';
    set local synchronous_commit = off`)
  await withoutIndexes(client, ['observation', 'observation_code'], async () => {
    await client.query('truncate observation, observation_code, code, patient cascade')
    await fillPatients(client, keys, population.patients)
    await copyRows(client, keys, await fillCodes(client), population)
    await client.query(`insert into observation_code (patient, code, t, number)
      select patient, unnest(codes), t, number from observation`)
  })
  for (const [table, column] of [
    ['patient', 'id'],
    ['observation', 'number'],
  ]) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', '${column}'), max(${column})) from ${table}`,
    )
  }
  await client.query('commit')
  await client.query('vacuum (analyze) observation_code, patient, code')
  await client.query('analyze observation')
}

async function fillPatients(client: pg.Client, keys: StoreKeys, patients: number): Promise<void> {
  const copy = new CopyRows()
  const stream = client.query(
    copyStreams.from('copy patient (id, token, sealed) from stdin (format binary, freeze)'),
  )
  for (let patient = 1; patient <= patients; patient += 1) {
    const who = `${FNR}|${numberOf(patient)}`
    const token = lookupOf(keys.current, 'patient', who)
    copy
      .row(3)
      .bigint(patient)
      .text(token)
      .bytes(seal(keys, patientPlace(token), who))
    await send(stream, copy.full())
  }
  await end(stream, copy)
}

/** The store's own numbers of the codes, by token. */
async function fillCodes(client: pg.Client): Promise<ReadonlyMap<string, number>> {
  const all = [...Object.values(kinds), outOfUse].flatMap((kind) => [
    kind.code,
    ...('parts' in kind ? kind.parts : []),
  ])
  const { rows } = await client.query<{ id: number; token: string }>(
    'insert into code (token) select unnest($1::text[]) returning id, token',
    [all.map(tokenOf)],
  )
  return new Map(rows.map(({ id, token }) => [token, id]))
}

async function copyRows(
  client: pg.Client,
  keys: StoreKeys,
  codes: ReadonlyMap<string, number>,
  population: Population,
): Promise<void> {
  const copy = new CopyRows()
  const into = `copy observation (${columns.join(', ')}) from stdin (format binary, freeze)`
  const stream = client.query(copyStreams.from(into))
  for (const row of population.rows()) {
    writeStored(copy, keys, codes, row)
    await send(stream, copy.full())
  }
  await end(stream, copy)
}

type CopyStream = ReturnType<typeof copyStreams.from>

async function send(stream: CopyStream, bytes: Buffer | undefined): Promise<void> {
  if (bytes && !stream.write(bytes)) await once(stream, 'drain')
}

async function end(stream: CopyStream, copy: CopyRows): Promise<void> {
  stream.end(copy.end())
  await finished(stream)
}
