import { Kind, parse, visit } from 'graphql'
import { LRUCache } from 'lru-cache'

/** What a fetch of the planner asks for, as far as its answer is checked against it. */
export interface PlannedFetch {
  /** Response keys of the root fields; `_entities` for a join. */
  readonly roots: readonly string[]
  /** Every response key in it: an error's path names nothing else. */
  readonly keys: ReadonlySet<string>
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
    node.kind === Kind.OPERATION_DEFINITION
      ? node.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
        )
      : [],
  )
  return { roots, keys }
}
