import { fragmentsOf } from '@kilde/contract'
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How large an operation is, counted as if each fragment were written out wherever it is used. */
export interface Measures {
  /** Levels of fields. */
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** Fields of the whole operation. */
  readonly fields: number
  /** Fields of the operation's own level. */
  readonly rootFields: number
}

/** A fragment that holds itself: it could be written out without end. */
export class FragmentCycle extends Error {}

type Part = Omit<Measures, 'rootFields'>

const NOTHING: Part = { depth: 0, aliases: 0, directives: 0, fields: 0 }

/** Only these read the schema itself, and only at the top: a field that is merely called so by an alias does not. */
const INTROSPECTION = new Set(['__schema', '__type'])

/**
 * Measures the operations of a document and gives the largest of each. What is below `__schema` and `__type` counts as one field: it is policy
 * that lets introspection through, and graphql-js that bounds it (`MaxIntrospectionDepthRule`).
 *
 * Written for this, because the rules of graphql-armor count a fragment once however often it is used, unless each is told not
 * to, and then open it anew each time: 30 fragments of two uses each take minutes (docs/decisions/0026). Here each is measured
 * once and its size is added: the same meaning has the same size, at a cost that grows with the text.
 * @throws FragmentCycle
 */
export function measure(document: DocumentNode): Measures {
  const sizeOf = sizes(document)
  const operations = document.definitions
    .filter((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => sizeOf(operation))
  return operations.reduce(largest, { ...NOTHING, rootFields: 0 })
}

const largest = (one: Measures, other: Measures): Measures => ({
  depth: Math.max(one.depth, other.depth),
  aliases: Math.max(one.aliases, other.aliases),
  directives: Math.max(one.directives, other.directives),
  fields: Math.max(one.fields, other.fields),
  rootFields: Math.max(one.rootFields, other.rootFields),
})

const sum = (one: Part, other: Part): Part => ({
  depth: Math.max(one.depth, other.depth),
  aliases: one.aliases + other.aliases,
  directives: one.directives + other.directives,
  fields: one.fields + other.fields,
})

type Rooted = Part & { readonly own: number }

function sizes(document: DocumentNode): (operation: OperationDefinitionNode) => Measures {
  const fragments = fragmentsOf(document)
  const known = new Map<string, Rooted | 'BEING MEASURED'>()
  const ofFragment = (name: string): Rooted => {
    const before = known.get(name)
    if (before === 'BEING MEASURED') throw new FragmentCycle(name)
    if (before) return before
    known.set(name, 'BEING MEASURED')
    const fragment = fragments.get(name)
    // One that is not there is found by validation.
    const size = fragment ? ofSet(fragment.selectionSet) : { ...NOTHING, own: 0 }
    known.set(name, size)
    return size
  }
  const ofSelection = (selection: SelectionNode): Rooted => {
    const directives = selection.directives?.length ?? 0
    if (selection.kind === Kind.FIELD) {
      const below =
        selection.selectionSet && !INTROSPECTION.has(selection.name.value)
          ? ofSet(selection.selectionSet)
          : NOTHING
      return {
        depth: below.depth + 1,
        aliases: below.aliases + Number(selection.alias !== undefined),
        directives: below.directives + directives,
        fields: below.fields + 1,
        own: 1,
      }
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? ofSet(selection.selectionSet)
        : ofFragment(selection.name.value)
    return { ...inner, directives: inner.directives + directives }
  }
  const ofSet = ({ selections }: SelectionSetNode): Rooted =>
    selections
      .map(ofSelection)
      .reduce((all, one) => ({ ...sum(all, one), own: all.own + one.own }), {
        ...NOTHING,
        own: 0,
      })
  return (operation) => {
    const { own, ...size } = ofSet(operation.selectionSet)
    const directives = size.directives + (operation.directives?.length ?? 0)
    return { ...size, directives, rootFields: own }
  }
}
