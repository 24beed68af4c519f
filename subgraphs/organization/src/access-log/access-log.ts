import type { AuditLog, AuditReceipt, AuditRecord } from '@kilde/audit'
import type { PatientIdentifier } from '@kilde/contract'
import type { PageStart } from '../sources/source.js'
import type { Outcome } from './outcome.js'
import type { Sight } from './sight.js'

/** What is read of an access log: an organisation's own, or one of a gateway that it runs. */
export interface ReadableLog extends Pick<AuditLog, 'patientDigest' | 'find'> {
  /** Tells the logs of one organisation apart, in the ids of entries: empty for its own, else the log's owner, after the gateway's replica. */
  readonly name: string
  readonly kind: 'ORGANIZATION' | 'GATEWAY'
  /** Undefined where no signed tree head covers the record yet. */
  receipt?(sequence: number): Promise<AuditReceipt | undefined>
}

/** A record that is about a patient. */
export type PatientRecord = Exclude<AuditRecord, { readonly event: 'AUDIT_RESUMED' }>

/** One record of one log. */
export interface Access {
  /** `<organisation number>.<place in the log>` */
  readonly id: string
  /** When it was recorded (epoch milliseconds). */
  readonly atMs: number
  /** Digest of the id, as in cursors: 32 hex digits. */
  readonly identity: string
  readonly log: Pick<ReadableLog, 'kind' | 'name' | 'receipt'>
  readonly sequence: number
  readonly record: PatientRecord
  /** Ids of the rows that it names, as far as the reader may see them. */
  readonly items: readonly string[]
}

/** Who reads: what a representative sees is less than what the patient sees. */
export type LogReader = 'SELF' | 'REPRESENTATIVE'

export type AccessorKind = 'PROFESSIONAL' | 'PATIENT' | 'REPRESENTATIVE' | 'SYSTEM'

/** A page of one patient's accesses; all conditions hold. */
export interface AccessQuestion {
  readonly patient: PatientIdentifier
  /** Further numbers of the patient. */
  readonly formerly?: readonly PatientIdentifier[]
  /** First instant that matches (epoch milliseconds, included). */
  readonly fromMs?: number
  /** First instant that matches no more (epoch milliseconds). */
  readonly untilMs?: number
  readonly outcomes?: readonly Outcome[]
  readonly by?: readonly AccessorKind[]
  readonly classes?: readonly string[]
  readonly decisionRef?: string
  readonly item?: string
  /** Also the patient's own look-ups of this log. */
  readonly ownLookups: boolean
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST'
  readonly after?: PageStart
  /** Most entries. */
  readonly limit: number
  /** Whether receipts are asked for: each takes a look at the whole tree. */
  readonly receipts: boolean
}

export interface Accesses {
  readonly rows: readonly (Access & { readonly receipt: AuditReceipt | undefined })[]
  /** There are more behind the last of them. */
  readonly more: boolean
  /** Not all records could be looked at: there may be more that match. */
  readonly truncated: boolean
  /** A log names the patient: this organisation knows who it is. */
  readonly known: boolean
  /** The logs as of this instant (epoch milliseconds). */
  readonly asOfMs: number
}

/** The access logs that an organisation answers for. */
export interface AccessLogSource {
  /** Rejects where a log cannot be read, or is damaged. */
  accesses(question: AccessQuestion, sight: Sight, signal: AbortSignal): Promise<Accesses>
}
