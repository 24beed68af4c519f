import { createHmac } from 'node:crypto'
import type { AuditRecord } from './record.js'

/** Which records of a log: all that fit every criterion given; without any, all. */
export interface AuditQuery {
  /**
   * Keyed digest of a patient identifier, as `AuditLog.patientDigest` makes it: finds the records that hold the identifier
   * and those that hold only its digest.
   */
  readonly patientDigest?: string
  /** Id of the decision behind the request (attest, ATT-46). */
  readonly decisionRef?: string
  /** Earliest instant of the record (epoch milliseconds, inclusive). */
  readonly fromMs?: number
  /** First instant that is too late (epoch milliseconds, exclusive). */
  readonly toMs?: number
  /** Default: NEWEST_FIRST, in the order in which they were written. */
  readonly order?: 'NEWEST_FIRST' | 'OLDEST_FIRST'
}

export interface FoundRecord {
  /** Its place in the log, from 1 on: what a receipt is asked for by. */
  readonly sequence: number
  readonly record: AuditRecord
}

/**
 * Keyed digest of a patient identifier in token form (`system|value`). With the key, whether a known number stands in the
 * log can be found out; without it, nothing.
 */
export function digestOfPatient(key: Uint8Array, identifier: string): string {
  return createHmac('sha256', key).update(`patient ${identifier}`).digest('base64url')
}

/** Digest of the patient whom a record is about, where it is about one. */
export function patientDigestOf(record: AuditRecord, key: Uint8Array): string | undefined {
  if (!('patient' in record || 'patientDigest' in record)) return undefined
  const { patient, patientDigest } = record
  return patient === undefined ? patientDigest : digestOfPatient(key, patient)
}

export const decisionOf = (record: AuditRecord): string | undefined =>
  'decisionRef' in record ? record.decisionRef?.id : undefined

export function fits(record: AuditRecord, query: AuditQuery, digestKey: Uint8Array): boolean {
  const { patientDigest, decisionRef, fromMs = -Infinity, toMs = Infinity } = query
  const atMs = Date.parse(record.at)
  if (atMs < fromMs || atMs >= toMs) return false
  if (decisionRef !== undefined && decisionOf(record) !== decisionRef) return false
  return patientDigest === undefined || patientDigestOf(record, digestKey) === patientDigest
}
