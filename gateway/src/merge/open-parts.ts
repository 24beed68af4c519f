import { type Asking, joinedParts, partOf } from '@kilde/contract'
import { Kind } from 'graphql'
import { type Contract, mergeKeyOf, mergeStrategyOf } from './contract.js'
import type { JoinEntry, PartsEntry } from './merge-plan.js'
import { type Selected, type Selection, select } from './select.js'
import { objectOf, unsupported } from './unsupported.js'

/**
 * What is asked below `patient`, with each field that is several in one (`PARTS`) replaced by its parts: these are asked, merged and
 * recorded like fields that the client asked for by themselves.
 */
export function openParts(contract: Contract, selection: Selection): Selection {
  return selection.flatMap((whole) => {
    if (!isWhole(whole)) return [whole]
    const open = (part: Selected, key: string, asking: Asking): Selected => {
      const opened = partOf(contract.patient, askingOf(whole), asking)
      if (!opened) throw unsupported(`${part.name} is no part`)
      const { field, node } = opened
      return { ...part, key, name: field.name, field, nodes: [node], part: part.name }
    }
    return [
      ...withStrategy(whole, 'PART').map((part) =>
        open(part, placeOf(whole, part), askingOf(part)),
      ),
      ...withStrategy(whole, 'JOIN').flatMap((join) =>
        joinedParts(objectOf(join.below).type).map((made) => {
          const below = belowOf(contract, join, made)
          return open({ ...join, below }, placeOf(whole, join, made.field.name), made)
        }),
      ),
    ]
  })
}

/** What the contract lays down to be asked of a part: no client's words, so nothing of them can be in it. */
function belowOf(contract: Contract, join: Selected, { field, node }: Asking): Selected['below'] {
  const reading = { contract, fragments: new Map<string, never>(), variables: {} }
  const sets = [{ kind: Kind.SELECTION_SET, selections: [node] } as const]
  const [made] = select(objectOf(join.below).type, sets, reading)
  if (!made?.below) throw unsupported(`${field.name} is no object`)
  return made.below
}

/** Such a field in the answer: its parts by their keys, and what is told of them together. */
export function wholeEntry(whole: Selected, indexOf: (responseKey: string) => number): PartsEntry {
  const { type, fields } = objectOf(whole.below)
  const parts = withStrategy(whole, 'PART').map(
    (part) => [part.key, indexOf(placeOf(whole, part))] as const,
  )
  const joins = withStrategy(whole, 'JOIN').map((join): readonly [string, JoinEntry] => {
    const { type: made, fields: selected } = objectOf(join.below)
    const madeOf = joinedParts(made).map(
      ({ field: { name } }) => [name, indexOf(placeOf(whole, join, name))] as const,
    )
    const [kind] = join.field ? mergeKeyOf(join.field) : []
    const { name } = join
    return [join.key, { name, kind, type: made, fields: selected, madeOf: new Map(madeOf) }]
  })
  return { key: whole.key, is: 'PARTS', type, fields, parts: new Map(parts), joins: new Map(joins) }
}

export const isWhole = ({ field }: Selected): boolean =>
  field !== undefined && mergeStrategyOf(field) === 'PARTS'

const withStrategy = (whole: Selected, strategy: string): Selection =>
  objectOf(whole.below).fields.filter(({ field }) => field && mergeStrategyOf(field) === strategy)

/** No key of a client's: a name of GraphQL has no full stop. */
const placeOf = (whole: Selected, part: Selected, madeOf?: string): string =>
  [whole.key, part.key, ...(madeOf === undefined ? [] : [madeOf])].join('.')

function askingOf({ field, nodes: [node], key }: Selected): Asking {
  if (!field || !node) throw unsupported(`${key} is no field`)
  return { field, node }
}
