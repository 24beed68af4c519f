import { expect, it } from '@jest/globals'
import { clientSdl } from '../src/client-sdl.js'

const supergraph = `
  schema @link(url: "https://specs.apollo.dev/join/v0.4", for: EXECUTION) { query: Query }
  directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT | INTERFACE
  directive @link(url: String, for: link__Purpose) repeatable on SCHEMA
  directive @merge(strategy: MergeStrategy!) on FIELD_DEFINITION
  enum link__Purpose { EXECUTION }
  enum join__Graph { SHARING }
  enum MergeStrategy { UNION }
  interface Named { name: String }
  "Somebody."
  type Patient implements Named @join__type(graph: SHARING, key: "id") { id: ID! name: String @merge(strategy: UNION) }
  type Query @join__type(graph: SHARING) { "Who it is." named: Named @deprecated(reason: "old") }
`

it('shows clients the schema without the machinery of federation and merging', () => {
  expect(clientSdl(supergraph)).toBe(`interface Named {
  name: String
}

"""Somebody."""
type Patient implements Named {
  id: ID!
  name: String
}

type Query {
  """Who it is."""
  named: Named @deprecated(reason: "old")
}`)
})

it('shows clients nothing that is inaccessible', () => {
  const hidden = `
    schema { query: Query }
    directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | ENUM_VALUE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
    interface Raw @inaccessible { rows: [Int!]! }
    interface Named { name: String }
    type Fold implements Raw & Named @inaccessible { rows: [Int!]! name: String }
    type Trend implements Named & Raw { name: String rows: [Int!]! @inaccessible }
    union Any = Trend | Fold
    enum Order { UP DOWN @inaccessible }
    input Filter { code: String superseding: Boolean @inaccessible }
    type Query {
      trend(order: Order, filter: Filter, superseding: Boolean @inaccessible): Trend
      fold: Fold @inaccessible
      any: Any
    }
  `
  const shown = clientSdl(hidden)
  expect(shown).not.toMatch(/Raw|Fold|rows|DOWN|superseding|inaccessible/)
  expect(shown).toContain('trend(order: Order, filter: Filter): Trend')
  expect(shown).toContain('union Any = Trend')
  expect(shown).toContain('type Trend implements Named {')
})
