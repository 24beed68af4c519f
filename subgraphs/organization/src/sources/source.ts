import type { PatientIdentifier } from '@kilde/contract'
import type { PartHealth } from '@kilde/service'

/**
 * The seam that an organisation implements to let its own system answer. The node has verified the caller and decided
 * before it calls; a source applies every condition itself, so that what was not asked for never leaves the system.
 */
export interface Source {
  /** Name of the system for `Provenance.system`, e.g. `embedded store`. No addresses. */
  readonly system: string
  /** One page of one list. Rejects where the system cannot answer; `signal` ends the wait. */
  read(question: PageQuestion, signal: AbortSignal): Promise<Page>
  health(): PartHealth
  close(): Promise<void>
}

/** One page of a patient's observations. All conditions must hold. */
export interface PageQuestion {
  readonly patient: PatientIdentifier
  /** Tokens `system|code`, already expanded by the code table: a row with any of them matches. */
  readonly codes?: readonly string[]
  /** Codes of FHIR observation categories: a row with any of them matches. */
  readonly category?: readonly string[]
  /** First instant that matches (epoch milliseconds, included). */
  readonly fromMs?: number
  /** First instant that matches no more (epoch milliseconds). */
  readonly untilMs?: number
  /** FHIR status codes, e.g. `final`. */
  readonly status: readonly string[]
  readonly abnormalOnly: boolean
  /** Of what the other conditions leave, only the newest so many; pages are cut from those. */
  readonly last?: number
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST'
  /** Rows that follow this place in `order`. `i` and `d` need not belong to a row. */
  readonly after?: PageStart
  /** Most rows of the page: 1 to 1,001. */
  readonly limit: number
  /** Top-level elements of the FHIR Observation that the caller selected: no others are read. */
  readonly elements: readonly string[]
  /** Whether the number of all matching rows was asked for. */
  readonly count: boolean
}

/** A place in the order (t, i, d) of this organisation's rows; see `RowKey` of the contract. */
export interface PageStart {
  readonly t: number
  readonly i: string
  readonly d: string
}

export interface Page {
  /** False where this organisation does not know the patient at all. */
  readonly known: boolean
  readonly rows: readonly SourceRow[]
  /** True where rows follow after these. */
  readonly more: boolean
  /** Number of all matching rows; only where it was asked for. */
  readonly count?: number
  /** The data are as of this instant (epoch milliseconds). */
  readonly asOfMs: number
}

/** One observation as the source holds it. Its content is checked later, row by row: a bad one is dropped alone. */
export interface SourceRow {
  /** `<organisation number>.<local id>` */
  readonly id: string
  /** Identity: 32 hex digits, see `identityDigest` of the contract. */
  readonly identity: string
  /** What it is sorted by (epoch milliseconds). */
  readonly t: number
  readonly precision: 'INSTANT' | 'DATE' | 'ISSUED' | 'RECEIVED'
  readonly version: number
  /** FHIR status code, e.g. `final`. */
  readonly status: string
  /** Digest over status, code, value, components and units: 32 hex digits. */
  readonly content: string
  /** Organisation number of the data controller. */
  readonly owner: string
  readonly pointOfCare?: string
  readonly authorKind: 'PATIENT' | 'RELATED_PERSON' | 'DEVICE' | 'STAFF' | 'UNKNOWN'
  /** When this organisation received it (epoch milliseconds). */
  readonly receivedMs: number
  /** The selected elements of the FHIR R4 Observation as JSON text, so that numbers keep the digits that were sent. */
  readonly resource: string
  /** FHIR R4 Device that the row refers to, as JSON text; only where `device` is among the elements. */
  readonly device?: string
}
