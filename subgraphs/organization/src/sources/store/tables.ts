import type { Generated } from 'kysely'

export interface Tables {
  readonly patient: PatientTable
  readonly observation: ObservationTable
  readonly observation_version: VersionTable
  readonly patient_name: NameTable
}

export interface PatientTable {
  readonly id: Generated<number>
  readonly system: string
  readonly value: string
}

/** The current version of each row. */
export interface ObservationTable {
  readonly id: string
  readonly patient: number
  readonly key: string
  readonly identity: string
  readonly t: number
  readonly precision: string
  readonly version: number
  /** `<patient>:<system>|<code>` of the row and of its components, see {@link codeKey}. */
  readonly codes: readonly string[]
  readonly category: readonly string[]
  readonly status: string
  readonly abnormal: boolean
  readonly content: string
  readonly sent: string
  readonly owner: string
  readonly point_of_care: string | null
  readonly author_kind: string
  readonly received_ms: number
  /** JSON text; PostgreSQL's jsonb keeps the digits of numbers. */
  readonly resource: string
  readonly device: string | null
  /** Codes of code system 9603 in `meta.security`. */
  readonly labels: readonly string[]
  /** From when a delayed row (NORU) may be shown to citizens (epoch milliseconds); null: not known. */
  readonly open_from_ms: number | null
}

/** What versions there were: enough to know a repetition of an old one, no content. */
export interface VersionTable {
  readonly observation: string
  readonly version: number
  readonly sent: string
  readonly replaced_ms: number
}

/** The newest name for each use. */
export interface NameTable {
  readonly patient: number
  /** FHIR `HumanName.use`; empty where none is given. */
  readonly use: string
  readonly text: string
  readonly family: string | null
  readonly given: readonly string[]
  readonly recorded_ms: number
}

export const codeKey = (patient: number, token: string): string => `${patient}:${token}`
