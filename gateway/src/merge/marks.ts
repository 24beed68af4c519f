import { below, collect, type Fragments, type Variables } from '@kilde/contract'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { CheckedRow } from '../transport/source-answer.js'
import { mergeStrategyOf, objectTypeOf } from './contract-schema.js'
import type { MergedRow } from './copies.js'
import type { RowPlace } from './merge-plan.js'

type Value = Record<string, unknown>
type Selected = ReadonlyMap<string, readonly FieldNode[]>

/**
 * Writes rows as the client sees them: the representative's values, lists with strategy UNION joined from all copies, and the
 * gateway's own marks in place of what a source says of them. What is selected is the same for every row: it is read once.
 */
export function createRowWriter(
  place: RowPlace,
  type: GraphQLObjectType,
  fragments: Fragments,
  variables: Variables,
): (merged: MergedRow) => Value {
  const conflicts: string[] = []
  const joined: { key: string; item: GraphQLObjectType; selected: Selected }[] = []
  for (const [key, nodes] of collect(type, below(place.nodes), fragments, variables)) {
    const field = type.getFields()[nodes[0]?.name.value ?? '']
    const strategy = field && mergeStrategyOf(field)
    if (strategy === 'MARK_CONFLICT') conflicts.push(key)
    const item = field && objectTypeOf(field)
    if (strategy !== 'UNION' || !item) continue
    joined.push({ key, item, selected: collect(item, below(nodes), fragments, variables) })
  }
  return (merged) => {
    const value: Value = { ...merged.row.values[place.alias] }
    for (const key of conflicts) value[key] = merged.conflict
    for (const { key, item, selected } of joined) {
      value[key] = merged.copies.flatMap(({ row, superseded }) =>
        itemsOf(row, place, key).map((entry) => markItem(entry, row, superseded, item, selected)),
      )
    }
    return value
  }
}

function itemsOf(row: CheckedRow, place: RowPlace, key: string): readonly Value[] {
  const items = row.values[place.alias]?.[key]
  return Array.isArray(items) ? (items as Value[]) : []
}

function markItem(
  entry: Value,
  row: CheckedRow,
  superseded: boolean,
  type: GraphQLObjectType,
  selected: Selected,
): Value {
  const marked = { ...entry }
  for (const [key, nodes] of selected) {
    const field = type.getFields()[nodes[0]?.name.value ?? '']
    const strategy = field && mergeStrategyOf(field)
    if (strategy === 'MARK_SUPERSEDED') marked[key] = superseded
    if (strategy === 'MARK_SOURCE') marked[key] = organization(nodes, row.key.o)
  }
  return marked
}

/** An `Organization` reference with the response keys that the client chose; other fields come from the registry. */
function organization(nodes: readonly FieldNode[], number: string): Value {
  const value: Value = { __typename: 'Organization', number }
  for (const set of below(nodes)) {
    for (const selection of set.selections) {
      if (selection.kind !== 'Field') continue
      value[selection.alias?.value ?? selection.name.value] =
        selection.name.value === '__typename' ? 'Organization' : number
    }
  }
  return value
}
