import { type DocumentNode, visit } from 'graphql'

/** Which fields the keys of an answer stand for, by the client's own document. */
export interface Names {
  of(key: string): ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

export function keyNames(document: DocumentNode): Names {
  const known = new Map<string, Set<string>>()
  visit(document, {
    Field: ({ alias, name }) => {
      const key = alias?.value ?? name.value
      const names = known.get(key) ?? new Set<string>()
      known.set(key, names.add(name.value))
    },
  })
  return { of: (key) => known.get(key) ?? NONE }
}
