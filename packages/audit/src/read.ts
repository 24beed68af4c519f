import { AuditError } from './errors.js'
import { readHead } from './head.js'
import type { AuditLogOptions } from './log.js'
import { ownersFolder } from './log.js'
import type { FoundRecord } from './query.js'
import { type AuditRecord, checkRecord } from './record.js'
import { deriveKeys, follows, type LogKeys, openLine, START, type Tip } from './seal.js'
import { listSegments, readLines } from './segments.js'

export type AuditReadOptions = Pick<AuditLogOptions, 'directory' | 'owner' | 'key'>

export interface AuditVerdict {
  /** Good records before the first bad one. */
  readonly records: number
  readonly ok: boolean
  /** Number of the first record that was changed, is missing, stands in another place or opens with another key. */
  readonly firstBad?: number
}

/**
 * All records, oldest first; also while the log is being written. Each is checked against the chain before it is given.
 * @throws AuditError `AUDIT_LOG_DAMAGED` at the first record that is not what was written
 */
export async function* readAuditLog(options: AuditReadOptions): AsyncGenerator<AuditRecord> {
  for await (const { record } of readNumbered(options)) yield record
}

/** The same with each record's place. */
export async function* readNumbered(options: AuditReadOptions): AsyncGenerator<FoundRecord> {
  const { keys, folder } = open(options)
  const head = await readHead(folder, keys)
  if (typeof head === 'string') throw damaged(`head is ${head}`)
  let tip = START
  for await (const entry of walk(folder, keys)) {
    if (!entry.tip) throw damaged(`record ${tip.sequence + 1}`)
    tip = entry.tip
    yield { sequence: tip.sequence, record: entry.record }
  }
  if (tip.sequence < head.sequence) throw damaged(`ends after record ${tip.sequence}`)
}

/** Checks the whole log: every record in its place, none changed, none missing, the end as far as the head says. */
export async function verifyAuditLog(options: AuditReadOptions): Promise<AuditVerdict> {
  const { keys, folder } = open(options)
  const head = await readHead(folder, keys)
  if (typeof head === 'string') return { records: 0, ok: false, firstBad: 1 }
  let records = 0
  for await (const entry of walk(folder, keys)) {
    if (!entry.tip) return { records, ok: false, firstBad: records + 1 }
    records += 1
  }
  if (records < head.sequence) return { records, ok: false, firstBad: records + 1 }
  return { records, ok: true }
}

type Entry = { readonly tip: Tip; readonly record: AuditRecord } | { readonly tip: undefined }

async function* walk(folder: string, keys: LogKeys): AsyncGenerator<Entry> {
  let tip = START
  for (const segment of await listSegments(folder)) {
    for await (const { bytes } of readLines(segment.path)) {
      const next = follows(tip, bytes)
      const text = next && openLine(keys, tip, bytes)
      if (!next || text === undefined) {
        yield { tip: undefined }
        return
      }
      tip = next
      yield { tip, record: checkRecord(JSON.parse(text)) }
    }
  }
}

function open(options: AuditReadOptions): { readonly keys: LogKeys; readonly folder: string } {
  return {
    keys: deriveKeys(options.key, options.owner),
    folder: ownersFolder(options.directory, options.owner),
  }
}

const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
