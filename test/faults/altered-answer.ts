import { encodeNodeCursor, type NodeCursor, parseNodeCursor } from '@kilde/contract'

/** A source's answer to the query of setting.ts, as it travels between node and gateway. */
export interface NodeList {
  edges: NodeEdge[]
  pageInfo: { hasNextPage: boolean }
  totalCount: { value: number }
  sources: Record<string, unknown>[]
}

export interface NodeEdge {
  cursor: string
  r0_0: Record<string, unknown>
}

/** Behaviour of a fault proxy: what the node says, with its list changed in place. */
export function altered(alter: (list: NodeList) => void): { change: (body: string) => string } {
  return {
    change: (body) => {
      const answer = JSON.parse(body) as { data: { patient: { m0: NodeList } } }
      alter(answer.data.patient.m0)
      return JSON.stringify(answer)
    },
  }
}

/** The same with one row. */
export function alteredRow(
  alter: (edge: NodeEdge) => void,
  at = 1,
): { change: (body: string) => string } {
  return altered(({ edges }) => alter(edgeAt(edges, at)))
}

export function edgeAt(edges: readonly NodeEdge[], at: number): NodeEdge {
  const edge = edges[at]
  if (!edge) throw new RangeError(`no row ${at}`)
  return edge
}

export function readCursor({ cursor }: NodeEdge): NodeCursor {
  const read = parseNodeCursor(cursor)
  if (!read) throw new TypeError('the node sent no cursor')
  return read
}

/** Changes what a row's cursor says of it. */
export function moveCursor(edge: NodeEdge, change: Partial<NodeCursor>): void {
  edge.cursor = encodeNodeCursor({ ...readCursor(edge), ...change })
}
