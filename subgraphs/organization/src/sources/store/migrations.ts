import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { CODES_IN_ORDER } from './migrate-codes.js'
import { FEW_OF_MANY } from './migrate-partial.js'
import { SEALED } from './migrate-sealed.js'
import { PLAN_RESOURCES, RESOURCES_OF_CLASSES } from './resources/tables.js'
import type { Tables } from './tables.js'

/**
 * Brings a database up to the tables of this version. Safe where several processes start at once (kysely takes a lock).
 * A migration that has been released is never changed: add another. `upTo`: the tables of an earlier version, for tests.
 */
export async function migrate(db: Kysely<Tables>, upTo?: string): Promise<void> {
  const provider = { getMigrations: async () => migrations }
  const migrator = new Migrator({ db, provider })
  const { error } = await (upTo === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(upTo))
  if (error) throw error
}

const migrations: Record<string, Migration> = {
  '0001_observations': {
    async up(db: Kysely<unknown>) {
      for (const statement of OBSERVATIONS) await sql.raw(statement).execute(db)
    },
  },
  '0002_patient_names': {
    async up(db: Kysely<unknown>) {
      await sql.raw(PATIENT_NAMES).execute(db)
    },
  },
  '0003_codes_of_components': {
    async up(db: Kysely<unknown>) {
      for (const statement of CODES_OF_COMPONENTS) await sql.raw(statement).execute(db)
    },
  },
  '0004_codes_indexed_at_once': {
    async up(db: Kysely<unknown>) {
      for (const statement of CODES_INDEXED_AT_ONCE) await sql.raw(statement).execute(db)
    },
  },
  '0005_labels': {
    async up(db: Kysely<unknown>) {
      for (const statement of LABELS) await sql.raw(statement).execute(db)
    },
  },
  '0006_codes_in_order': {
    async up(db: Kysely<unknown>) {
      for (const statement of CODES_IN_ORDER) await sql.raw(statement).execute(db)
    },
  },
  '0007_sealed': {
    async up(db: Kysely<unknown>) {
      for (const statement of SEALED) await sql.raw(statement).execute(db)
    },
  },
  '0008_care_plans': {
    async up(db: Kysely<unknown>) {
      for (const statement of PLAN_RESOURCES) await sql.raw(statement).execute(db)
    },
  },
  '0009_few_of_many': {
    async up(db: Kysely<unknown>) {
      for (const statement of FEW_OF_MANY) await sql.raw(statement).execute(db)
    },
  },
  '0010_deletions': {
    async up(db: Kysely<unknown>) {
      await sql.raw(DELETIONS).execute(db)
    },
  },
  '0011_resources_of_classes': {
    async up(db: Kysely<unknown>) {
      for (const statement of RESOURCES_OF_CLASSES) await sql.raw(statement).execute(db)
    },
  },
  '0012_newly_received': {
    async up(db: Kysely<unknown>) {
      for (const statement of NEWLY_RECEIVED) await sql.raw(statement).execute(db)
    },
  },
}

/** Who follows a patient asks again and again for the few rows that came since: by time they would be found behind all others. */
const NEWLY_RECEIVED = [
  'set local statement_timeout = 0',
  'create index observation_received on observation (patient, received_ms)',
]

const OBSERVATIONS = [
  `create table patient (
    id bigint generated always as identity primary key,
    system text not null,
    value text not null,
    unique (system, value)
  )`,
  `create table observation (
    id text collate "C" primary key,
    patient bigint not null references patient,
    key text not null,
    identity text collate "C" not null,
    t bigint not null,
    precision text not null,
    version integer not null,
    codes text[] not null,
    category text[] not null,
    status text not null,
    abnormal boolean not null,
    content text not null,
    sent text not null,
    owner text not null,
    point_of_care text,
    author_kind text not null,
    received_ms bigint not null,
    resource jsonb not null,
    device jsonb,
    unique (patient, key)
  )`,
  'create index observation_page on observation (patient, t desc, identity desc, id desc)',
  // Codes stand with their patient in front, so that this index finds one patient's rows of a code and nobody else's.
  'create index observation_code on observation using gin (codes)',
  `create table observation_version (
    observation text collate "C" not null references observation,
    version integer not null,
    sent text not null,
    replaced_ms bigint not null,
    primary key (observation, version)
  )`,
]

const PATIENT_NAMES = `create table patient_name (
  patient bigint not null references patient,
  use text not null,
  text text not null,
  family text,
  given text[] not null,
  recorded_ms bigint not null,
  primary key (patient, use)
)`

/** What was deleted because its time had ended: how many rows, never which. */
const DELETIONS = `create table deletion (
  id bigint generated always as identity primary key,
  at_ms bigint not null,
  class text not null,
  until_ms bigint not null,
  rows bigint not null
)`

/** Rows that were taken when `codes` held none but the row's own. */
const CODES_OF_COMPONENTS = [
  // Reading every row of a large store takes longer than a question may.
  'set local statement_timeout = 0',
  `update observation set codes = array(
      select distinct key from (
        select unnest(codes) union all
        select patient || ':' || coalesce(coding ->> 'system', '') || '|' || (coding ->> 'code')
          from jsonb_path_query(resource, 'lax $.component.code.coding[*]') coding
          where coding ? 'code'
      ) keys (key))
    where resource ? 'component'`,
]

/** By default PostgreSQL keeps new entries in a list of up to 4 MB, and every search by code reads all of that list. */
const CODES_INDEXED_AT_ONCE = [
  'alter index observation_code set (fastupdate = off)',
  `select gin_clean_pending_list('observation_code')`,
]

/** Labels of code system 9603 by row, also of rows that were taken when they were not looked at. */
const LABELS = [
  'set local statement_timeout = 0',
  `alter table observation add column if not exists labels text[] not null default '{}',
      add column if not exists open_from_ms bigint`,
  `update observation set labels = array(
      select distinct label ->> 'code'
        from jsonb_path_query(resource, 'lax $.meta.security[*]') label
        where label ->> 'system' in (
            'urn:oid:2.16.578.1.12.4.1.1.9603', 'http://helsedir.no/fhir/CodeSystem/no-kodeverk-9603',
            'https://fhir.helsedirektoratet.no/CodeSystem/no-kodeverk-9603')
          and label ? 'code')
    where resource -> 'meta' ? 'security'`,
]
