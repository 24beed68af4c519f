import type { TestSubgraph } from '../../kit/subgraphs.js'

/**
 * A subgraph from which references lead back to the patient: by an object, an interface, a union, an interface that patients have.
 * To the composition its `@key` has another name (GHSA-m8jr-fxqx-8xx6 and others: what is protected must not hang on names).
 */
export const ways: TestSubgraph = {
  sdl: sdlWith('@key'),
  composed: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: [{ name: "@key", as: "@known" }])
    ${sdlWith('@known')}`,
  resolvers: {
    Patient: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      note: () => 'from another graph',
      self: ({ id }: Reference) => ({ __typename: 'Patient', id }),
      doors: ({ id }: Reference) => [{ patient: { id } }],
      ways: ({ id }: Reference) => both(id),
      found: ({ id }: Reference) => [...both(id).slice(0, 1), { __typename: 'Patient', id }],
    },
  },
}

interface Reference {
  readonly id: string
}

const both = (id: string) =>
  ['Door', 'Window'].map((__typename) => ({ __typename, patient: { id } }))

function sdlWith(key: string): string {
  return `
    type Query { notice: String }
    interface Known { id: ID! }
    interface Way { patient: Patient! }
    type Door implements Way { patient: Patient! }
    type Window implements Way { patient: Patient! }
    union Found = Door | Window | Patient
    type Patient implements Known ${key}(fields: "id") {
      id: ID!
      note: String
      self: Known!
      doors: [Door!]!
      ways: [Way!]!
      found: [Found!]!
    }
  `
}
