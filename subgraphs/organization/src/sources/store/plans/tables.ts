/** What plans are made of: FHIR resources as they were sent. They are put together when they are read. */
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

/** One resource of a plan, its current version. */
export interface PlanResourceTable {
  readonly id: string
  readonly patient: number
  /** What makes it the same resource as another, under the store's key for look-ups. */
  readonly key: string
  readonly version: number
  readonly owner: string
  readonly point_of_care: string | null
  readonly author_kind: string
  readonly received_ms: number
  /** Codes of code system 9603 in `meta.security`. */
  readonly labels: readonly string[]
  readonly open_from_ms: number | null
  /** Sealed: see PlanContent. */
  readonly content: Buffer
}
