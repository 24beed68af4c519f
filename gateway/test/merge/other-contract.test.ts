import { describe, expect, it } from '@jest/globals'
import { registrySdl, sharingSdl } from '@kilde/contract'
import { lintContract } from '@kilde/contract/compose'
import { createContract } from '../../src/merge/contract.js'
import { askAll, operationOf } from './ask-all.js'
import { row } from './rows.js'

const owner = '310000108'
const hospital = '310000205'

/** A class of data that Kilde's contract does not have, with everything that GraphQL's types allow in a row. */
const alerts = `
  interface Finding { summary: String! }
  type Fever implements Finding { summary: String! degrees: Float! }
  type Fall implements Finding { summary: String! place: Coding by: Organization }
  union Cause = Coding | Annotation
  enum Urgency { LOW HIGH }
  type DetectedIssue {
    id: ID!
    identifier: [Identifier!]!
    identified: DateTime!
    urgency: Urgency
    finding: Finding
    causes: [Cause!]!
    matrix: [[Int!]!]!
    provenance: [Provenance!]! @merge(strategy: UNION)
    conflict: Boolean! @merge(strategy: MARK_CONFLICT)
  }
  type DetectedIssueEdge { cursor: Cursor! node: DetectedIssue! }
  type DetectedIssueConnection {
    nodes: [DetectedIssue!]!
    edges: [DetectedIssueEdge!]!
    pageInfo: PageInfo!
    totalCount: TotalCount!
    complete: Boolean!
    completeness: Completeness!
    sources: [SourceReport!]!
  }
`
const field = `
  warnings(filter: ObservationFilter, first: Int = 50, after: Cursor, order: Order = NEWEST_FIRST): DetectedIssueConnection!
    @merge(strategy: UNION, orderBy: ["identified"], key: ["identifier"])
`
const sdl = `${sharingSdl.replace('  name: PatientName!', `${field}  name: PatientName!`)}${alerts}`
const contract = createContract(sdl, '1.1', { sdl: registrySdl, types: ['Organization'] })

const fever = { __typename: 'Fever', summary: 'Feber', degrees: 39.25 }
const fall = {
  __typename: 'Fall',
  summary: 'Fall på badet «i går»',
  place: { system: null, code: 'bath' },
  by: { number: hospital },
}
const causes = [
  { __typename: 'Annotation', text: 'Vått gulv' },
  { __typename: 'Coding', code: 'wet', system: 'urn:x' },
]
const matrix = [[1, -2], [], [2147483647]]

const scatter = {
  contract,
  held: {
    [owner]: [
      row(owner, {
        t: 2,
        identity: 'a',
        owner,
        values: { finding: fever, matrix, urgency: 'HIGH' },
      }),
    ],
    [hospital]: [
      row(hospital, { t: 1, identity: 'b', owner: hospital, values: { finding: fall, causes } }),
    ],
  },
}

interface Answer {
  readonly patient: { readonly warnings: Record<string, unknown> }
}

const ask = async (below: string) =>
  ((await askAll(operationOf(`warnings { ${below} }`), scatter)) as Answer).patient.warnings

describe('a class of data that is new to the gateway', () => {
  it('passes the lint of the contract', () => {
    expect(lintContract(sdl)).toEqual([])
  })

  it('is merged without a word of it in the gateway', async () => {
    expect(await ask('nodes { id urgency } complete totalCount { value precision }')).toEqual({
      nodes: [
        { id: `${owner}.a`, urgency: 'HIGH' },
        { id: `${hospital}.b`, urgency: null },
      ],
      complete: true,
      totalCount: { value: 2, precision: 'EXACT' },
    })
  })

  it('may hold interfaces, unions and lists of lists', async () => {
    const answered = await ask(
      `nodes {
        finding { __typename summary ... on Fever { degrees } ... on Fall { place { code } who: by { name } } }
        causes { ... on Coding { code } ... on Annotation { text } kind: __typename }
        matrix
      }`,
    )
    expect(answered['nodes']).toEqual([
      {
        finding: { __typename: 'Fever', summary: 'Feber', degrees: 39.25 },
        causes: [],
        matrix,
      },
      {
        finding: {
          __typename: 'Fall',
          summary: 'Fall på badet «i går»',
          place: { code: 'bath' },
          who: { name: `Name of ${hospital}` },
        },
        causes: [
          { text: 'Vått gulv', kind: 'Annotation' },
          { code: 'wet', kind: 'Coding' },
        ],
        matrix: [],
      },
    ])
  })

  it('shows of an interface nothing but what was asked for of that type', async () => {
    const answered = await ask('nodes { finding { ... on Fever { degrees } } }')
    expect(answered['nodes']).toEqual([{ finding: { degrees: 39.25 } }, { finding: {} }])
  })
})

describe('a source that writes JSON its own way', () => {
  const spaced = (text: string): string => JSON.stringify(JSON.parse(text), null, 2)
  const reversed = (text: string): string =>
    JSON.stringify(reverseKeys(JSON.parse(text) as unknown)).replaceAll('"Feber"', '"\\u0046eber"')
  const more = (text: string): string =>
    text.replaceAll('"urgency"', '"__proto__":{"x":1},"secret":"s","urgency"')

  it.each([
    ['with white space', spaced],
    ['with its keys in another order and characters escaped', reversed],
    ['with keys that nobody asked for', more],
  ])('is understood: %s', async (_way, alter) => {
    const below =
      'nodes { id urgency finding { summary ... on Fever { degrees } } matrix } complete'
    const plain = await askAll(operationOf(`warnings { ${below} }`), scatter)
    const other = await askAll(operationOf(`warnings { ${below} }`), { ...scatter, alter })
    expect(JSON.stringify(other)).toBe(JSON.stringify(plain))
  })

  it.each([
    ['a type that the interface does not have', '"Fever"', '"Patient"'],
    ['a number that is none', '39.25', '"39.25"'],
    ['a text for a list', '"matrix":[[1', '"matrix":"x","y":[[1'],
    ['a value that the enum does not have', '"HIGH"', '"HIGHEST"'],
  ])('loses the row alone that has %s', async (_what, from, to) => {
    const rows = [
      ...scatter.held[owner],
      row(owner, { t: 9, identity: 'c', owner, values: { finding: { ...fever, degrees: 40 } } }),
    ]
    const answered = (await askAll(
      operationOf(
        'warnings { nodes { id urgency finding { ... on Fever { degrees } } matrix } complete sources { dropped } }',
      ),
      {
        contract,
        held: { [owner]: rows },
        alter: (text) => {
          expect(text).toContain(from)
          return text.replace(from === '"Fever"' ? /"Fever"(?=,"degrees":39.25)/ : from, to)
        },
      },
    )) as Answer
    expect(answered.patient.warnings).toMatchObject({
      nodes: [{ id: `${owner}.c` }],
      complete: false,
      sources: [{ dropped: 1 }],
    })
  })
})

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reverseKeys(inner)]),
  )
}
