import { type CatalogueState, executableRegistry, type Follower } from '@kilde/catalogue'
import { registrySdl } from '@kilde/contract'
import type { Organizations } from '../answer/references.js'
import { printSelection, TYPE_KEY } from '../merge/select.js'

/** Selections kept; each is a few texts for each organisation that was shown with it. */
const MOST_SELECTIONS = 200
/** Texts kept of a selection: there are not so many organisations, but a source can make up any number. */
const MOST_TEXTS = 20_000

/**
 * Fields of organisations from the gateway's own copy of the registry, by the registry's own resolvers. What was written once is
 * kept until the registry's state changes: it is public and of no patient.
 */
export function createOrganizations(follower: Pick<Follower, 'current'>): Organizations {
  const registry = executableRegistry(registrySdl)
  let written: { readonly state: CatalogueState; readonly texts: Map<string, Texts> } | undefined
  const textsFor = (state: CatalogueState, selection: string): Texts => {
    if (written?.state !== state || written.texts.size >= MOST_SELECTIONS) {
      written = { state, texts: new Map() }
    }
    const known = written.texts.get(selection)
    const texts = known && known.size < MOST_TEXTS ? known : new Map<string, string>()
    written.texts.set(selection, texts)
    return texts
  }
  return {
    textsOf: async (fields, numbers) => {
      const { state } = follower.current()
      const selection = printSelection(fields)
      const texts = textsFor(state, selection)
      const missing = [...new Set(numbers)].filter((number) => !texts.has(number))
      if (missing.length > 0) {
        const found = await ask(registry, state, selection, missing)
        missing.forEach((number, index) => {
          texts.set(number, JSON.stringify(found[index] ?? null, leaveOutType))
        })
      }
      return numbers.map((number) => texts.get(number) ?? 'null')
    },
  }
}

type Texts = Map<string, string>

/** Where directives left a client nothing of an object, its type was asked for, so that there was something to ask for. */
const leaveOutType = (key: string, value: unknown): unknown =>
  key === TYPE_KEY ? undefined : value

async function ask(
  registry: ReturnType<typeof executableRegistry>,
  state: CatalogueState,
  selection: string,
  numbers: readonly string[],
): Promise<readonly unknown[]> {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Organization ${selection} }
  }`
  const representations = numbers.map((number) => ({ __typename: 'Organization', number }))
  const { data } = await registry.execute({ query, variables: { representations } }, { state })
  return ((data as { _entities?: readonly unknown[] } | null)?._entities ??
    []) as readonly unknown[]
}
