import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { z } from 'zod'
import { InvalidAnswer } from '../transport/invalid-answer.js'
import { mergeStrategyOf, objectTypeOf } from './contract.js'
import type { PartStrategy } from './part-strategies.js'
import { printWhole, shapeOfObject } from './value-shape.js'

type Entry = Readonly<Record<string, unknown>>

/** Far more than a source has to say where it says one thing of each class. */
const MOST_ENTRIES = 200

/** EACH: the entries of every source, side by side. */
export function compileEach(
  _field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
): PartStrategy {
  const { items } = type.getFields()
  const item = items && objectTypeOf(items)
  if (!item) throw new Error(`${type.name} has no items`)
  const sources = Object.values(item.getFields())
    .filter((field) => mergeStrategyOf(field) === 'MARK_SOURCE')
    .map(({ name }) => name)
  const part = z.object({ items: z.array(shapeOfObject(item, sources)).max(MOST_ENTRIES) })
  return {
    sourceSelection: `items { ${printWhole(item, sources)} }`,
    check: () => undefined,
    read(value) {
      const read = part.safeParse(value)
      if (!read.success) throw new InvalidAnswer('RESPONSE_MALFORMED')
      return read.data.items
    },
    count: (entries) => (entries as readonly Entry[]).length,
    merge: (parts) => ({
      items: parts
        .toSorted((a, b) => (a.organization < b.organization ? -1 : 1))
        .flatMap(({ organization, part: entries }) =>
          (entries as readonly Entry[]).map((entry) => ({
            ...entry,
            // Set here, whatever an answer says of itself.
            ...Object.fromEntries(sources.map((name) => [name, { number: organization }])),
          })),
        ),
    }),
  }
}
