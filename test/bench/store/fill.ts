import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import {
  deriveStoreKeys,
  lookupOf,
  patientPlace,
  type StoreKeys,
  seal,
} from '@kilde/organization/store'
import type pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { CopyRows } from './copy-rows.js'
import { type Maker, type Making, startMaker } from './maker.js'
import { kinds, outOfUse, type Population } from './population.js'
import { columns, numberOf, ORGANIZATION, tokenOf } from './stored-row.js'
import { withoutIndexes } from './without-indexes.js'

const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'

/**
 * Fills an empty store with a population by COPY, in one transaction and with indexes made at the end: with `wal_level` minimal
 * nothing of it is written twice.
 */
export async function fill(
  client: pg.Client,
  making: Omit<Making, 'codes'>,
  population: Population,
): Promise<void> {
  const keys = deriveStoreKeys({ organization: ORGANIZATION, key: making.key })
  await client.query(`begin; set local statement_timeout = 0; set local maintenance_work_mem = '512MB';
    set local synchronous_commit = off`)
  await withoutIndexes(client, ['observation', 'observation_code'], async () => {
    await client.query('truncate observation, observation_code, code, patient cascade')
    await fillPatients(client, keys, population.patients)
    await copyRows(client, making, await fillCodes(client), population)
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
  const copy = new CopyRows().header()
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

/** Rows are made and sealed beside this process, for one core makes fewer of them than the database takes. */
async function copyRows(
  client: pg.Client,
  making: Omit<Making, 'codes'>,
  codes: ReadonlyMap<string, number>,
  { blocks }: Population,
): Promise<void> {
  const into = `copy observation (${columns.join(', ')}) from stdin (format binary, freeze)`
  const stream = client.query(copyStreams.from(into))
  stream.write(new CopyRows().header().rest())
  const makers = Array.from({ length: MAKERS }, () => startMaker({ ...making, codes: [...codes] }))
  let next = 0
  const work = async (maker: Maker): Promise<void> => {
    for (let block = next++; block < blocks; block = next++) {
      for (const bytes of await maker.make(block)) await send(stream, Buffer.from(bytes))
    }
    await maker.stop()
  }
  await Promise.all(makers.map(work))
  await end(stream, new CopyRows())
}

const MAKERS = 2

type CopyStream = ReturnType<typeof copyStreams.from>

async function send(stream: CopyStream, bytes: Buffer | undefined): Promise<void> {
  if (bytes && !stream.write(bytes)) await once(stream, 'drain')
}

async function end(stream: CopyStream, copy: CopyRows): Promise<void> {
  stream.end(copy.end())
  await finished(stream)
}
