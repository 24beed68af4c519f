import type { Fragments } from '@kilde/contract'
import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql'

/** Levels of fields, fragments opened. The document must be valid: fragments without cycles. */
export function depthOf(set: SelectionSetNode, fragments: Fragments): number {
  const known = new Map<string, number>()
  const ofFragment = (name: string): number => {
    const before = known.get(name)
    if (before !== undefined) return before
    const fragment = fragments.get(name)
    const depth = fragment ? ofSet(fragment.selectionSet) : 0
    known.set(name, depth)
    return depth
  }
  const ofSelection = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
    const inner = selection.selectionSet ? ofSet(selection.selectionSet) : 0
    return selection.kind === Kind.FIELD ? inner + 1 : inner
  }
  const ofSet = ({ selections }: SelectionSetNode): number =>
    Math.max(0, ...selections.map(ofSelection))
  return ofSet(set)
}
