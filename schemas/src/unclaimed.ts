import { type NodeCursor, statusLetters } from './node-cursor.js'

const ENDED: ReadonlySet<string> = new Set([
  statusLetters.INACTIVE,
  statusLetters.COMPLETED,
  statusLetters.REVOKED,
])
const CLOSED: ReadonlySet<string> = new Set([
  ...ENDED,
  statusLetters.CANCELLED,
  statusLetters.ENTERED_IN_ERROR,
])

/**
 * Whether one of these should be in force and none is (strategy MARK_UNCLAIMED): somebody waits, has paused, names somebody else, or
 * has handed over and nobody was in force since. What has simply ended leaves nothing open.
 */
export function isUnclaimed(told: readonly Pick<NodeCursor, 's' | 't'>[]): boolean {
  if (told.some(({ s }) => s === statusLetters.ACTIVE)) return false
  const lastEnd = Math.max(...told.filter(({ s }) => ENDED.has(s)).map(({ t }) => t))
  return told.some(({ s, t }) => (s === statusLetters.HANDED_OVER ? lastEnd < t : !CLOSED.has(s)))
}
