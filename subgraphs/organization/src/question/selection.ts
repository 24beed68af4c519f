import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>
export type Variables = Readonly<Record<string, unknown>>

/** Fields selected on an object type, by response key, fragments opened (GraphQL §6.3.2 CollectFields). */
export function collect(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  variables: Variables,
): ReadonlyMap<string, readonly FieldNode[]> {
  const found = new Map<string, FieldNode[]>()
  const visit = (selection: SelectionNode): void => {
    if (!isIncluded(selection, variables)) return
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      found.set(key, [...(found.get(key) ?? []), selection])
      return
    }
    const spread = selection.kind === Kind.FRAGMENT_SPREAD
    const fragment = spread ? fragments.get(selection.name.value) : selection
    const condition = fragment?.typeCondition?.name.value ?? type.name
    if (condition === type.name) fragment?.selectionSet.selections.forEach(visit)
  }
  for (const set of sets) set.selections.forEach(visit)
  return found
}

export const below = (nodes: readonly FieldNode[]): readonly SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? [])

/** Every field selected below `type`, as `Type.field`, each once. */
export function fieldsBelow(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  variables: Variables,
): ReadonlySet<string> {
  const fields = new Set<string>()
  const walk = (owner: GraphQLObjectType, inner: readonly SelectionSetNode[]): void => {
    for (const nodes of collect(owner, inner, fragments, variables).values()) {
      const name = nodes[0]?.name.value ?? ''
      const field = owner.getFields()[name]
      if (!field) continue
      fields.add(`${owner.name}.${name}`)
      const next = getNamedType(field.type)
      if (isObjectType(next)) walk(next, below(nodes))
    }
  }
  walk(type, sets)
  return fields
}

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

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables)
  return skip?.['if'] !== true && include?.['if'] !== false
}
