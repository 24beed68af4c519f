/** As they were when plans were the only class of their kind: FHIR resources as they were sent, put together when they are read. */
export const PLAN_RESOURCES = [
  `create table plan_resource (
    id text collate "C" primary key,
    patient bigint not null references patient,
    key text not null,
    version integer not null,
    owner text not null,
    point_of_care text,
    author_kind text not null,
    received_ms bigint not null,
    labels text[] not null,
    open_from_ms bigint,
    content bytea not null,
    unique (patient, key)
  )`,
  'create index plan_resource_page on plan_resource (patient, received_ms desc, id desc)',
  `create table plan_resource_version (
    resource text collate "C" not null references plan_resource,
    version integer not null,
    sent bytea not null,
    replaced_ms bigint not null,
    primary key (resource, version)
  )`,
]

/** The same for every class, each resource by itself for each class that has it. */
export const RESOURCES_OF_CLASSES = [
  'alter table plan_resource rename to held_resource',
  'alter table plan_resource_version rename to held_resource_version',
  `alter table held_resource add column class text not null default 'CarePlan', add column t bigint`,
  'alter table held_resource alter column class drop default',
  'alter table held_resource drop constraint plan_resource_patient_key_key',
  'alter table held_resource add unique (patient, class, key)',
  'drop index plan_resource_page',
  // What rows are made of is read whole; rows with a time of their own are read in its order.
  `create index held_resource_parts on held_resource (patient, class, received_ms desc, id desc)
    where t is null`,
  `create index held_resource_rows on held_resource (patient, class, t desc, id desc)
    where t is not null`,
]

/** One resource of a class, its current version. */
export interface HeldResourceTable {
  readonly id: string
  readonly patient: number
  /** Name of the class. */
  readonly class: string
  /** What makes it the same resource as another, under the store's key for look-ups. */
  readonly key: string
  readonly version: number
  /** Of a row by itself, of a class with many: what it is sorted by (epoch milliseconds). */
  readonly t: number | null
  readonly owner: string
  readonly point_of_care: string | null
  readonly author_kind: string
  readonly received_ms: number
  /** Codes of code system 9603 in `meta.security`. */
  readonly labels: readonly string[]
  readonly open_from_ms: number | null
  /** Sealed: see ResourceContent. */
  readonly content: Buffer
}
