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
