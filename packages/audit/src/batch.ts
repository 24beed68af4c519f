import { indexKeysOf } from './index-keys.js'
import type { LogKeys } from './keys.js'
import { grow } from './merkle/frontier.js'
import type { AuditRecord } from './record.js'
import { seal } from './seal.js'
import type { Batch, LogEnd, StoredRecord } from './store.js'

/** Seals records one after the other, each chained to the one before and made a leaf of the tree. */
export function makeBatch(
  keys: LogKeys,
  digestKey: Uint8Array,
  from: LogEnd,
  records: readonly AuditRecord[],
): Batch {
  const stored: StoredRecord[] = []
  const hashes: Buffer[] = []
  let end = from
  for (const record of records) {
    const { bytes, tip, leaf } = seal(keys, end.tip, JSON.stringify(record))
    const grown = grow(end.tree, leaf)
    stored.push({ bytes, index: indexKeysOf(record, digestKey) })
    hashes.push(...grown.stored)
    end = { tip, tree: grown.frontier }
  }
  return { from, records: stored, hashes, end }
}
