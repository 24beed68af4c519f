import { partOf } from '@kilde/contract'
import { type Contract, mergeStrategyOf } from './contract.js'
import type { PartsEntry } from './merge-plan.js'
import type { Selected, Selection } from './select.js'
import { objectOf, unsupported } from './unsupported.js'

/**
 * What is asked below `patient`, with each field that is several in one (`PARTS`) replaced by its parts: these are asked, merged and
 * recorded like fields that the client asked for by themselves.
 */
export function openParts({ patient }: Contract, selection: Selection): Selection {
  return selection.flatMap((whole) => {
    if (!isWhole(whole)) return [whole]
    return partsIn(whole).map((part): Selected => {
      const [asking, own] = [askingOf(whole), askingOf(part)]
      const opened = partOf(patient, asking, own)
      if (!opened) throw unsupported(`${part.name} is no part`)
      const { field, node } = opened
      return {
        ...part,
        key: placeOf(whole, part),
        name: field.name,
        field,
        nodes: [node],
        part: part.name,
      }
    })
  })
}

/** Such a field in the answer: its parts by their keys, and what is told of them together. */
export function wholeEntry(whole: Selected, indexOf: (responseKey: string) => number): PartsEntry {
  const { type, fields } = objectOf(whole.below)
  const parts = partsIn(whole).map((part) => [part.key, indexOf(placeOf(whole, part))] as const)
  return { key: whole.key, is: 'PARTS', type, fields, parts: new Map(parts) }
}

export const isWhole = ({ field }: Selected): boolean =>
  field !== undefined && mergeStrategyOf(field) === 'PARTS'

const partsIn = (whole: Selected): Selection =>
  objectOf(whole.below).fields.filter(({ field }) => field && mergeStrategyOf(field) === 'PART')

/** No key of a client's: a name of GraphQL has no full stop. */
const placeOf = (whole: Selected, part: Selected): string => `${whole.key}.${part.key}`

function askingOf({ field, nodes: [node], key }: Selected) {
  if (!field || !node) throw unsupported(`${key} is no field`)
  return { field, node }
}
