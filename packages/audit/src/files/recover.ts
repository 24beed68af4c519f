import { stat, truncate } from 'node:fs/promises'
import type { Logger } from '@kilde/service'
import { AuditError } from '../errors.js'
import type { LogKeys } from '../keys.js'
import { follow, type Placed, placeLine, START, type Tip } from '../line.js'
import { isRightlyDeleted, openLine } from '../seal.js'
import { readHead } from './head.js'
import { createSegment, listSegments, readLines, type Segment } from './segments.js'

/** Where the next record goes. */
export interface Position {
  readonly segment: Segment
  /** Bytes of the segment that are durable. */
  readonly size: number
  readonly tip: Tip
}

/**
 * Finds the end of the log after whatever happened. A write that a crash cut short was acknowledged to nobody and is cut away;
 * a break before the head is no crash.
 * @throws AuditError `AUDIT_LOG_DAMAGED`
 */
export async function recover(directory: string, keys: LogKeys, logger: Logger): Promise<Position> {
  const head = await readHead(directory, keys)
  if (head === 'forged') throw new AuditError('AUDIT_LOG_DAMAGED', { detail: 'head' })
  const position = await findEnd(directory, keys)
  if (head === 'absent' ? position.tip.sequence > 0 : position.tip.sequence < head.sequence) {
    throw new AuditError('AUDIT_LOG_DAMAGED', {
      detail: `ends after record ${position.tip.sequence}`,
    })
  }
  await cut(position, logger)
  return position
}

async function findEnd(directory: string, keys: LogKeys): Promise<Position> {
  const segments = await listSegments(directory)
  for (const [back, segment] of [...segments].reverse().entries()) {
    const position = await endOf(segment, keys)
    if (!position) continue
    // A segment created just before a crash is empty, and the next record belongs into it.
    const last = segments.at(-1)
    return back > 0 && last ? { ...position, segment: last, size: 0 } : position
  }
  return { segment: segments[0] ?? (await createSegment(directory, 1)), size: 0, tip: START }
}

async function endOf(segment: Segment, keys: LogKeys): Promise<Position | undefined> {
  let position: Position | undefined
  let last: Placed | undefined
  for await (const { bytes, end } of readLines(segment.path)) {
    const placed = follow(position?.tip ?? tipBefore(segment, bytes), bytes)
    if (!placed) break
    position = { segment, size: end, tip: placed.tip }
    last = placed
  }
  if (last && !openLine(keys, last) && !isRightlyDeleted(keys, last.line)) {
    throw new AuditError('AUDIT_LOG_DAMAGED', {
      detail: 'the last record does not open with this key',
    })
  }
  return position
}

/** The chain of one segment is checked against its own first line; `verifyAuditLog` checks it over all segments. */
function tipBefore(segment: Segment, line: Buffer): Tip {
  if (segment.first === 1) return START
  return { sequence: segment.first - 1, hash: placeLine(line)?.before.hash ?? '' }
}

async function cut({ segment, size }: Position, logger: Logger): Promise<void> {
  const { size: found } = await stat(segment.path)
  if (found === size) return
  logger.warn({ bytes: found - size }, 'audit log: an unfinished write was cut away')
  await truncate(segment.path, size)
}
