import type { LogKeys } from './keys.js'
import { isDeleted, placeLine } from './line.js'
import { type AuditRecord, checkRecord } from './record.js'
import { deleteLine, openLine } from './seal.js'

/** How long records are kept (days). */
export interface Retention {
  /** Of records without a class of data, and of classes that are not named. */
  readonly days: number
  /** By class of data, e.g. `Observation`. A record of several is kept as long as the longest. */
  readonly classes?: Readonly<Record<string, number>> | undefined
}

const DAY_MS = 86_400_000

/** First instant at which the record may be deleted (epoch milliseconds). */
function keptUntilMs(record: AuditRecord, { days, classes = {} }: Retention): number {
  const own = 'classes' in record ? record.classes.map((name) => classes[name] ?? days) : [days]
  return Date.parse(record.at) + Math.max(...own) * DAY_MS
}

/** What stands in the place of a line whose time has ended; undefined where the line stays. */
export function createDeletion(
  keys: LogKeys,
  retention: Retention,
  nowMs: number,
): (bytes: Buffer) => Buffer | undefined {
  const at = new Date(nowMs).toISOString()
  return (bytes) => {
    const placed = placeLine(bytes)
    if (!placed || isDeleted(placed.line)) return undefined
    const opened = openLine(keys, placed)
    // A line that does not open is evidence, and stays.
    if (!opened) return undefined
    const record = checkRecord(JSON.parse(opened.text))
    return keptUntilMs(record, retention) <= nowMs ? deleteLine(keys, bytes, placed, at) : undefined
  }
}
