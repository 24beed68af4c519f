import { sharingSdl } from '../src/index.js'

/** What a contract with more classes adds: rows with an interface and a union in them, the latest of each code, a singleton. */
const types = `
type DetectedIssueConnection {
  edges: [DetectedIssueEdge!]!
  pageInfo: PageInfo!
  complete: Boolean!
  completeness: Completeness!
  sources: [SourceReport!]!
}
type DetectedIssueEdge { cursor: Cursor!  node: DetectedIssue! }
type DetectedIssue {
  id: ID!
  identifier: [Identifier!]!
  identified: DateTime!
  author: Author
  evidence: [Evidence!]!
  provenance: [Provenance!]! @merge(strategy: UNION)
  conflict: Boolean! @merge(strategy: MARK_CONFLICT)
  possibleDuplicateOf: [ID!]! @merge(strategy: MARK_POSSIBLE_DUPLICATE)
}
interface Author { display: String! }
type Practitioner implements Author { display: String!  role: CodeableConcept }
type Monitor implements Author { display: String!  device: Device }
union Evidence = Annotation | Quantity
type LatestIssues {
  items: [LatestIssue!]!
  complete: Boolean!
  completeness: Completeness!
  sources: [SourceReport!]!
}
type LatestIssue {
  code: Code!
  issue: DetectedIssue
  complete: Boolean!
  newerMayExist: Boolean!
  edges: [DetectedIssueEdge!]! @inaccessible
}
type Address { value: AddressValue  variants: [AddressVariant!]!  complete: Boolean!  completeness: Completeness!  sources: [SourceReport!]! }
type AddressValue { text: String! }
type AddressVariant { value: AddressValue!  recorded: DateTime!  tie: String!  from: Organization! @merge(strategy: MARK_SOURCE) }
`

const fields = `
  warnings(first: Int = 50, after: Cursor, order: Order = NEWEST_FIRST): DetectedIssueConnection!
    @merge(strategy: UNION, orderBy: ["identified"], key: ["identifier"])
  latestAlerts(codes: [Code!]!): LatestIssues! @merge(strategy: LATEST, orderBy: ["identified"], key: ["identifier"])
  address: Address! @merge(strategy: PREFER, orderBy: ["recorded", "tie"], key: ["text"])
`

/** Kilde's contract with more classes in it, as a later version of it could have. */
export const moreClassesSdl =
  sharingSdl.replace(
    'type Patient @key(fields: "id") {',
    `type Patient @key(fields: "id") {${fields}`,
  ) + types
