import { nodeCursorLayout } from '@kilde/contract'
import type { HeldRow } from '../world/world.js'
import type { Sent } from './sent-log.js'

type Json = Record<string, unknown>

/** Breaks the rows that the world calls bad, each in a way that no contract allows, and notes what was sent. */
export function spoil(
  data: unknown,
  rows: readonly HeldRow[],
  lists: ReadonlyMap<string, Sent>,
): unknown {
  const bad = new Set(rows.filter((row) => row.bad).map(({ key }) => key.d))
  const answer = (bad.size > 0 ? structuredClone(data) : data) as { readonly patient: Json }
  for (const [alias, field] of Object.entries(answer.patient)) {
    for (const { name, edges } of edgesOf(alias, field)) {
      const sent = lists.get(name)
      if (sent) for (const edge of edges) noteEdge(edge, sent, bad)
    }
  }
  return { data: answer }
}

/** The lists of rows in a field, each under the name by which its resolver noted it. */
function edgesOf(
  alias: string,
  field: unknown,
): readonly { readonly name: string; readonly edges: readonly Json[] }[] {
  const { edges, items } = field as {
    readonly edges?: readonly Json[]
    readonly items?: readonly Json[]
  }
  if (edges) return [{ name: alias, edges }]
  return (items ?? []).map((item) => ({
    name: `${alias} ${String(item['code'])}`,
    edges: item['edges'] as readonly Json[],
  }))
}

function noteEdge(edge: Json, sent: Sent, bad: ReadonlySet<string>): void {
  const id = String(edge['cursor']).slice(nodeCursorLayout.id).split('!')[0] ?? ''
  sent.rows += 1
  if (!bad.has(id)) return
  sent.bad += 1
  breakEdge(edge, id)
}

const BREAKS: readonly ((edge: Json) => boolean)[] = [
  (edge) => set(edge, 'cursor', 'rubbish'),
  (edge) => set(edge, 'cursor', `1${String(edge['cursor']).slice(1)}`),
  (edge) => inRow(edge, (row, key) => typeof row[key] === 'boolean' && set(row, key, 'yes')),
  (edge) => inRow(edge, (row, key) => Array.isArray(row[key]) && set(row, key, null)),
  (edge) => inRow(edge, (row, key) => typeof row[key] === 'number' && set(row, key, '1')),
  (edge) => inRow(edge, (row, key) => typeof row[key] === 'string' && set(row, key, 7)),
  (edge) =>
    inRow(
      edge,
      (row, key) => typeof row[key] === 'object' && row[key] !== null && set(row, key, 'text'),
    ),
]

/** By the row's id, so that the same row breaks in the same way on both ways. */
function breakEdge(edge: Json, id: string): void {
  const start = Buffer.from(id).reduce((sum, byte) => sum + byte, 0)
  for (let step = 0; step < BREAKS.length; step += 1) {
    if (BREAKS[(start + step) % BREAKS.length]?.(edge)) return
  }
}

function inRow(edge: Json, change: (row: Json, key: string) => boolean): boolean {
  const rows = Object.entries(edge).filter(([key]) => key !== 'cursor')
  return rows.some(
    ([, row]) =>
      typeof row === 'object' &&
      row !== null &&
      Object.keys(row).some((key) => change(row as Json, key)),
  )
}

function set(object: Json, key: string, value: unknown): boolean {
  object[key] = value
  return true
}
