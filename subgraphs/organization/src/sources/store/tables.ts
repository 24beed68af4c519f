import type { Generated } from 'kysely'
import type { HeldResourceTable } from './resources/tables.js'

export interface Tables {
  readonly patient: PatientTable
  readonly observation: ObservationTable
  readonly observation_version: VersionTable
  readonly patient_name: NameTable
  readonly held_resource: HeldResourceTable
  readonly code: CodeTable
  readonly keeper: KeeperTable
  readonly deletion: DeletionTable
  readonly observation_code: ObservationCodeTable
}

export interface PatientTable {
  readonly id: Generated<number>
  /** What a patient is found by: `system|value` under the store's key for look-ups. */
  readonly token: string
  /** `system|value`, sealed. */
  readonly sealed: Buffer
}

/** The current version of each row. */
export interface ObservationTable {
  readonly id: string
  /** What other tables know the row by. */
  readonly number: Generated<number>
  readonly patient: number
  /** What makes it the same row as another, under the store's key for look-ups. */
  readonly key: string
  readonly identity: string
  readonly t: number
  readonly precision: string
  readonly version: number
  /** Codes of the row and of its components, see {@link CodeTable}. */
  readonly codes: readonly number[]
  readonly category: readonly string[]
  readonly status: string
  readonly abnormal: boolean
  readonly owner: string
  readonly point_of_care: string | null
  readonly author_kind: string
  readonly received_ms: number
  /** Sealed: see RowFacts. */
  readonly facts: Buffer
  /** Sealed: see RowContent. */
  readonly resource: Buffer
  /** Codes of code system 9603 in `meta.security`. */
  readonly labels: readonly string[]
  /** From when a delayed row (NORU) may be shown to citizens (epoch milliseconds); null: not known. */
  readonly open_from_ms: number | null
}

/** Every code that a row has had: `<system>|<code>`. */
export interface CodeTable {
  readonly id: Generated<number>
  readonly token: string
}

/** Each row under each of its codes, in the order of its time. */
export interface ObservationCodeTable {
  readonly patient: number
  readonly code: number
  readonly t: number
  /** `number` of the row. */
  readonly number: number
}

/** What versions there were: enough to know a repetition of an old one, no content. */
export interface VersionTable {
  readonly observation: string
  readonly version: number
  /** Digest of all that was sent, sealed. */
  readonly sent: Buffer
  readonly replaced_ms: number
}

/** The newest name for each use. */
export interface NameTable {
  readonly patient: number
  /** FHIR `HumanName.use`; empty where none is given. */
  readonly use: string
  /** `text`, `family` and `given`, sealed. */
  readonly sealed: Buffer
  readonly recorded_ms: number
}

/** Rows that were deleted because their time had ended. */
export interface DeletionTable {
  readonly id: Generated<number>
  readonly at_ms: number
  readonly class: string
  /** Rows of before this instant. */
  readonly until_ms: number
  readonly rows: number
}

/** Whose store this is: one row. */
export interface KeeperTable {
  readonly organization: string
  /** Names of the keys that rows may be sealed with; the empty one: rows that are not. */
  readonly keys: readonly string[]
}
