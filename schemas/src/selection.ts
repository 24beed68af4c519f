import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export type Variables = Readonly<Record<string, unknown>>

/** Fragments by name: what is needed to read any selection of a document. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  )
}

/**
 * Fields selected on an object type, fragments opened, by response key; a key's several nodes belong together
 * (GraphQL §6.3.2 CollectFields). `@skip` and `@include` are applied where `variables` is given; fragments on interfaces and
 * unions are opened where `schema` is given.
 */
export function collect(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  variables?: Variables,
  schema?: GraphQLSchema,
): ReadonlyMap<string, readonly FieldNode[]> {
  const found = new Map<string, FieldNode[]>()
  const visit = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      if (variables && !isIncluded(selection, variables)) continue
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        found.set(key, [...(found.get(key) ?? []), selection])
        continue
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment && fits(fragment.typeCondition?.name.value, type, schema)) {
        visit(fragment.selectionSet.selections)
      }
    }
  }
  for (const set of sets) visit(set.selections)
  return found
}

function fits(
  condition: string | undefined,
  type: GraphQLObjectType,
  schema: GraphQLSchema | undefined,
): boolean {
  if (condition === undefined || condition === type.name) return true
  const named = schema?.getType(condition)
  return isAbstractType(named) && schema?.isSubType(named, type) === true
}

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  if (!selection.directives?.length) return true
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false
}

/** The selection sets below the nodes of one response key. */
export function below(nodes: readonly FieldNode[]): readonly SelectionSetNode[] {
  return nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
}

/** Every field selected below `type`, as `Type.field`, each once: what an access record says was asked for. */
export function fieldsBelow(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  variables?: Variables,
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
