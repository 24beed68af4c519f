import type { World } from './world/world.js'

/** An operation that found a fault once: it is asked over several worlds each time. */
export interface FixedOperation {
  /** What was wrong then. */
  readonly found: string
  readonly text: string
  readonly variables: (world: World) => Readonly<Record<string, unknown>>
  readonly walks?: readonly { readonly key: string; readonly after: string }[]
}

const none = () => ({})

export const fixedOperations: readonly FixedOperation[] = [
  {
    found: 'The model took an order that is null for another one than the default',
    text: `query ($identifier: PatientIdentifier!, $order: Order, $some: [OrganizationNumber!]) {
      patient(identifier: $identifier, mandatorySources: $some) {
        observations(order: $order) { __typename }
      }
    }`,
    variables: ({ sources }) => ({
      order: null,
      some: sources.length === 0 ? null : sources.slice(0, 1).map(({ number }) => number),
    }),
  },
  {
    found: 'Defaults of variables were not applied to directives and arguments',
    text: `query ($identifier: PatientIdentifier!, $first: Int = 2, $flag: Boolean = true) {
      patient(identifier: $identifier) {
        observations(first: $first, order: OLDEST_FIRST) {
          nodes { id valueText @skip(if: $flag) status @include(if: $flag) }
        }
      }
    }`,
    variables: none,
  },
  {
    found:
      'An organisation of which directives leave no field showed a key of the gateway (direct way)',
    text: `query ($identifier: PatientIdentifier!, $flag: Boolean!) {
      patient(identifier: $identifier) {
        observations {
          nodes { provenance { pointOfCare { parent { number @skip(if: $flag) } } } }
          sources { organization { name @skip(if: $flag) } }
        }
      }
    }`,
    variables: () => ({ flag: true }),
  },
  {
    found:
      'A row of which directives leave no field was dropped where its source spells JSON otherwise',
    text: `query ($identifier: PatientIdentifier!, $flag: Boolean!) {
      patient(identifier: $identifier) {
        observations { nodes { id } edges { node { ... on Observation @skip(if: $flag) { status } } } }
      }
    }`,
    variables: () => ({ flag: true }),
  },
  {
    found: 'A refused answer left out `__typename` beside `patient` (direct way)',
    text: `query ($identifier: PatientIdentifier!) {
      __typename
      patient(identifier: $identifier, completion: ALL_OR_ERROR) { observations { complete } }
    }`,
    variables: none,
  },
  {
    found: 'A list that excludes a source reported why the source failed another list',
    text: `query ($identifier: PatientIdentifier!, $some: [OrganizationNumber!]) {
      patient(identifier: $identifier) {
        all: observations { complete }
        some: observations(filter: {sources: $some}) {
          complete
          completeness { asked failed notAsked }
          sources { organization { number } status reason }
        }
      }
    }`,
    variables: ({ sources }) => ({
      some: ['310009903', ...sources.slice(1).map(({ number }) => number)],
    }),
  },
]
