import { type FieldNode, Kind, parse, type SelectionSetNode, visit } from 'graphql'
import { LRUCache } from 'lru-cache'

/** What a fetch of the planner asks for, as far as its answer is checked against it. */
export interface PlannedFetch {
  /** Response keys of the root fields; `_entities` for a join. */
  readonly roots: readonly string[]
  /** Every response key in it: an error's path names nothing else. */
  readonly keys: ReadonlySet<string>
  /** What it asks of entities first, as `Type.field`. */
  readonly entityFields: readonly string[]
}

/** Reads fetches, each text once: the planner makes few of them, and they hold no values. */
export function createFetchReader(): (query: string) => PlannedFetch {
  const known = new LRUCache<string, PlannedFetch>({ max: 500 })
  return (query) => {
    const found = known.get(query)
    if (found) return found
    const fetch = readFetch(query)
    known.set(query, fetch)
    return fetch
  }
}

function readFetch(query: string): PlannedFetch {
  const document = parse(query, { noLocation: true })
  const keys = new Set<string>()
  visit(document, { Field: ({ alias, name }) => void keys.add((alias ?? name).value) })
  const roots = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? fieldsIn(node.selectionSet) : [],
  )
  return {
    roots: roots.map(({ alias, name }) => (alias ?? name).value),
    keys,
    entityFields: roots.flatMap(entityFields),
  }
}

const fieldsIn = ({ selections }: SelectionSetNode): FieldNode[] =>
  selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection] : []))

function entityFields({ name, selectionSet }: FieldNode): string[] {
  if (name.value !== '_entities') return []
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return []
    const type = selection.typeCondition?.name.value ?? ''
    return fieldsIn(selection.selectionSet).map((field) => `${type}.${field.name.value}`)
  })
}
