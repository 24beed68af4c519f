import { cursorOf, newestFirst, reportOf, select } from './list.js'
import { listKey, sentFor } from './sent-log.js'
import type { NodeContext } from './simulated-node.js'

const MOST_ROWS = 8
const EVERY_STATUS = [
  'REGISTERED',
  'PRELIMINARY',
  'FINAL',
  'AMENDED',
  'CORRECTED',
  'CANCELLED',
  'UNKNOWN',
  'ENTERED_IN_ERROR',
]

/** The newest rows of each code, at most 8 (docs/node-protocol.md, What is asked of each field). */
export function latestOf(
  { codes }: { readonly codes: readonly string[] },
  context: NodeContext,
  alias: string,
): object {
  const { source, digest, log, lists } = context
  const items = codes.map((code) => {
    const name = listKey('latestObservations', { codes: [code] })
    lists.set(`${alias} ${code}`, sentFor(log, source.number, name, alias))
    const rows = newestFirst(select(source.rows, { codes: [code], status: EVERY_STATUS }))
    const newest = rows.slice(0, MOST_ROWS)
    const current = rows.find(({ observation }) => observation.status !== 'ENTERED_IN_ERROR')
    const sent = current && !newest.includes(current) ? [...newest.slice(0, -1), current] : newest
    return {
      code,
      edges: sent.map((row) => ({ cursor: cursorOf(row, digest), node: row.observation })),
    }
  })
  const returned = items.reduce((sum, { edges }) => sum + edges.length, 0)
  return { items, sources: [reportOf(context, returned)] }
}
