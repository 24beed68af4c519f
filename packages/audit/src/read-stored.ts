import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { follow, START } from './line.js'
import type { FoundRecord } from './query.js'
import { checkRecord } from './record.js'
import { isRightlyDeleted, openLine } from './seal.js'
import type { StoredLog } from './store.js'

/** The records of a log as it rests, with their places. @throws AuditError `AUDIT_LOG_DAMAGED` */
export async function* readStored(stored: StoredLog, keys: LogKeys): AsyncGenerator<FoundRecord> {
  const head = await stored.head()
  if (typeof head === 'string') throw damaged(`head is ${head}`)
  let tip = START
  for await (const bytes of stored.lines()) {
    const placed = follow(tip, bytes)
    if (!placed) throw damaged(`record ${tip.sequence + 1}`)
    tip = placed.tip
    if (isRightlyDeleted(keys, placed.line)) continue
    const opened = openLine(keys, placed)
    if (!opened) throw damaged(`record ${tip.sequence}`)
    const record = checkRecord(JSON.parse(opened.text))
    yield { sequence: tip.sequence, record }
  }
  if (tip.sequence < head.sequence) throw damaged(`ends after record ${tip.sequence}`)
}

const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
