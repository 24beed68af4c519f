import { typeOf } from '../ingest/entry.js'
import { type ByName, indexByName } from './by-name.js'
import { heldRowOf, type RowFacts } from './held-row.js'
import type { Assembled, HeldClassRow, HeldResource } from './resource-class.js'

/** A class of which each resource of one type is a row. */
export interface EachIsARow<Elements> {
  /** FHIR type of a row. The others are what rows refer to. */
  readonly type: string
  /** Reads a row's elements. @throws where they are not what FHIR R4 says: the row is dropped alone */
  readonly read: (json: string) => Elements
  /** Names of the resources that a row refers to (references.ts), as far as it is shown with them. */
  readonly namesIn?: (elements: Elements) => readonly string[]
  readonly facts: (
    elements: Elements,
    related: readonly HeldResource[],
    resource: HeldResource,
  ) => RowFacts
}

export function assembleEach<Elements>(
  resources: readonly HeldResource[],
  kind: EachIsARow<Elements>,
): Assembled {
  const mine = resources.filter((one) => typeOfText(one.resource) === kind.type)
  const isMine = new Set(mine)
  const others = indexByName(
    resources.filter((one) => !isMine.has(one)),
    ({ names }) => names,
  )
  const rows = mine.flatMap((one) => tryRow(one, others, kind) ?? [])
  return { rows, dropped: mine.length - rows.length }
}

function tryRow<Elements>(
  resource: HeldResource,
  others: ByName<HeldResource>,
  { read, namesIn = () => [], facts }: EachIsARow<Elements>,
): HeldClassRow | undefined {
  try {
    const elements = read(resource.resource)
    const related = others(namesIn(elements))
    return heldRowOf(resource, related, facts(elements, related, resource))
  } catch {
    return undefined
  }
}

/** FHIR type of a resource as text. What is no JSON has none. */
export function typeOfText(resource: string): string | undefined {
  try {
    return typeOf(JSON.parse(resource))
  } catch {
    return undefined
  }
}
