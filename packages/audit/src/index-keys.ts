import { createHmac } from 'node:crypto'
import { decisionOf, patientDigestOf } from './query.js'
import type { AuditRecord } from './record.js'

/** What a record is looked up by: nothing in it can be read without the key. */
export interface IndexKeys {
  readonly atMs: number
  readonly patient: Buffer | undefined
  readonly decision: Buffer | undefined
}

/** Cut short: with a million records one look-up in ten million million opens a line for nothing. */
export const INDEX_KEY_BYTES = 8

export function indexKeysOf(record: AuditRecord, key: Uint8Array): IndexKeys {
  const patient = patientDigestOf(record, key)
  const decision = decisionOf(record)
  return {
    atMs: Date.parse(record.at),
    patient: patient === undefined ? undefined : indexKey(key, 'patient', patient),
    decision: decision === undefined ? undefined : indexKey(key, 'decision', decision),
  }
}

export function indexKey(key: Uint8Array, use: 'patient' | 'decision', value: string): Buffer {
  const digest = createHmac('sha256', key).update(`index ${use} ${value}`).digest()
  return digest.subarray(0, INDEX_KEY_BYTES)
}

/** Tells an index that was made with another key. */
export const indexId = (key: Uint8Array): Buffer =>
  createHmac('sha256', key).update('index').digest().subarray(0, INDEX_KEY_BYTES)
