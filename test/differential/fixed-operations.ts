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
]
