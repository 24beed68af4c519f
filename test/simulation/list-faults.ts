import { encodeNodeCursor, type NodeCursor, parseNodeCursor } from '@kilde/contract'
import type { NodeAnswer, NodeEdge, NodeList } from './node.js'
import { arrive, type Fault, MARK, respond, type Scene } from './scene.js'

type Change = (list: NodeList, scene: Scene, alias: string) => void

/** Lists that are changed; where they have too few rows for the change, the source is honest. */
function list(told: readonly string[], least: number, change: Change): Fault {
  return {
    told,
    async play(scene) {
      await arrive(scene)
      const answer = JSON.parse(scene.honest()) as NodeAnswer
      const found = listsIn(answer, least)
      for (const [alias, one] of found) change(one, scene, alias)
      if (found.length === 0) scene.effect.told = []
      return respond(JSON.stringify(answer))
    },
  }
}

const listsIn = ({ data }: NodeAnswer, least: number): readonly (readonly [string, NodeList])[] =>
  // Fields without rows of their own are changed only where no rows are needed for it.
  Object.entries(data.patient).filter(
    ([, value]) => least === 0 || ('edges' in value && value.edges.length >= least),
  )

const some = ({ edges }: NodeList, { random }: Scene): NodeEdge => random.pick(edges)

/** The rows under whatever aliases the gateway chose. */
const rowsOf = (edge: NodeEdge): Record<string, unknown>[] =>
  Object.values(edge).filter((value) => typeof value === 'object') as Record<string, unknown>[]

function move(edge: NodeEdge, change: Partial<NodeCursor>): void {
  const read = parseNodeCursor(edge.cursor)
  if (read) edge.cursor = encodeNodeCursor({ ...read, ...change })
  spoil(edge)
}

/** Whatever is shown of it is a leak. */
function spoil(edge: NodeEdge): void {
  for (const row of rowsOf(edge)) if ('valueText' in row) row['valueText'] = MARK
}

/** A row that is bad by itself: dropped and counted, the others shown. */
function badRow(change: (row: Record<string, unknown>) => void): Fault {
  return badEdge((edge) => rowsOf(edge).forEach(change))
}

function badEdge(change: (edge: NodeEdge) => void): Fault {
  return list([], 2, (found, scene, alias) => {
    const edge = some(found, scene)
    const id = parseNodeCursor(edge.cursor)?.d
    change(edge)
    spoil(edge)
    if (id !== undefined) scene.effect.lost.add(`${alias} ${id}`)
  })
}

function report(told: readonly string[], change: Readonly<Record<string, unknown>>): Fault {
  return list(told, 0, ({ sources }, { effect }) => {
    Object.assign(sources[0] ?? {}, change)
    effect.partial = told.length === 0
  })
}

/** Any value of the answer is changed: it may be one that nobody looks at, or one that makes the whole answer unusable. */
function anywhere(change: (parent: Record<string, unknown>, key: string) => void): Fault {
  return {
    told: [],
    async play(scene) {
      await arrive(scene)
      const answer = JSON.parse(scene.honest()) as NodeAnswer
      const places = placesIn(answer)
      const [parent, key] = scene.random.pick(places)
      change(parent, key)
      scene.effect.unknown = true
      return respond(JSON.stringify(answer))
    },
  }
}

type Place = readonly [parent: Record<string, unknown>, key: string]

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap((key) => [[parent, key] as const, ...placesIn(parent[key])])
}

const MALFORMED = 'INVALID RESPONSE_MALFORMED'
const STRANGER = '399999999'

/** Lists that mix things up, and rows that are bad. */
export const listFaults = {
  'mixes in another patient': list(['INVALID WRONG_PATIENT'], 1, (found, scene) =>
    move(some(found, scene), { p: 'A'.repeat(22) }),
  ),
  'mixes in another organisation': list(['INVALID WRONG_ORGANIZATION'], 1, (found, scene) => {
    const edge = some(found, scene)
    const d = `${STRANGER}.x`
    move(edge, { o: STRANGER, d })
    for (const row of rowsOf(edge)) row['id'] = d
  }),
  'reports for another organisation': report(['INVALID WRONG_ORGANIZATION'], {
    organization: { number: STRANGER },
  }),
  'is out of order': list(['INVALID WRONG_ORDER'], 2, ({ edges }) => {
    edges.reverse()
    edges.forEach(spoil)
  }),
  'sends a row twice': list(['INVALID WRONG_ORDER', MALFORMED], 1, ({ edges }) => {
    const [first] = edges
    if (first) edges.unshift(structuredClone(first))
    edges.forEach(spoil)
  }),
  'sends more rows than asked for': list(['INVALID WRONG_ORDER', MALFORMED], 1, ({ edges }) => {
    const [first] = edges
    for (let more = 0; first && more < 60; more++) edges.push(first)
    edges.forEach(spoil)
  }),
  'sends nothing but bad rows': list([MALFORMED], 1, ({ edges }) => {
    for (const row of edges.flatMap(rowsOf)) row['status'] = MARK
    edges.forEach(spoil)
  }),
  'sends two reports': list([MALFORMED], 0, ({ sources }) => void sources.push({ ...sources[0] })),
  'sends no report': list([MALFORMED], 0, ({ sources }) => void sources.pop()),
  'has a status of its own': report([MALFORMED], { status: MARK }),
  'withholds in a way of its own': report([MALFORMED], { withheld: MARK }),
  'names no time': report([MALFORMED], { asOf: null }),
  'sends a row without status': badRow((row) => void delete row['status']),
  'sends a row with an unknown status': badRow((row) => void Object.assign(row, { status: MARK })),
  'sends a row with another id': badRow((row) => void Object.assign(row, { id: MARK })),
  'sends a row with text for a number': badRow((row) => void Object.assign(row, { version: MARK })),
  'sends a row with bad parts': badRow((row) => void Object.assign(row, { provenance: [MARK] })),
  'sends a row without a cursor': badEdge((edge) => void Object.assign(edge, { cursor: MARK })),
  'withholds something': report([], { withheld: 'OBJECTION', reason: 'POLICY' }),
  'never tells what it withholds': report([], { withheld: 'NOT_DISCLOSED' }),
  'was cut by a cap': report([], { status: 'TRUNCATED', reason: 'ROW_CAP' }),
  'left rows out itself': report([], { dropped: 2 }),
  'sends null somewhere': anywhere((parent, key) => {
    parent[key] = null
  }),
  'sends something of another kind somewhere': anywhere((parent, key) => {
    parent[key] = typeof parent[key] === 'object' ? 7 : [{}]
  }),
  'leaves something out': anywhere((parent, key) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else delete parent[key]
  }),
} as const satisfies Record<string, Fault>
