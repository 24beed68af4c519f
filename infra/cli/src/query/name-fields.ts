import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql'

/** An object of an answer, by the names that its fields have in the contract: each with one value for each alias. */
export type NamedObject = ReadonlyMap<string, readonly unknown[]>

/**
 * Undoes the aliases of an answer, so that they neither hide nor fake anything: objects become maps from field name to
 * values, lists and scalars stay. Undefined where the document holds no such operation.
 */
export function nameFields(data: unknown, document: DocumentNode, operationName?: string): unknown {
  const operation = operationOf(document, operationName)
  return operation && named(data, [operation.selectionSet], fragmentsOf(document))
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function operationOf(
  { definitions }: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode | undefined {
  return definitions
    .filter((node) => node.kind === 'OperationDefinition')
    .find((node) => name === undefined || node.name?.value === name)
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((node) => node.kind === 'FragmentDefinition')
  return new Map(fragments.map((node) => [node.name.value, node]))
}

function named(value: unknown, sets: readonly SelectionSetNode[], fragments: Fragments): unknown {
  if (Array.isArray(value)) return value.map((item) => named(item, sets, fragments))
  if (typeof value !== 'object' || value === null || sets.length === 0) return value
  const answer = value as Readonly<Record<string, unknown>>
  const object = new Map<string, unknown[]>()
  for (const [key, fields] of byKey(sets.flatMap((set) => fieldsOf(set, fragments)))) {
    const name = fields[0]?.name.value
    if (name === undefined || answer[key] === undefined) continue
    const below = fields.flatMap(({ selectionSet }) => selectionSet ?? [])
    object.set(name, [...(object.get(name) ?? []), named(answer[key], below, fragments)])
  }
  return object
}

/** Fields of a selection with its fragments laid out. Type conditions do not matter: what does not apply has no value. */
function fieldsOf(set: SelectionSetNode, fragments: Fragments): readonly FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === 'Field') return [node]
    if (node.kind === 'InlineFragment') return fieldsOf(node.selectionSet, fragments)
    const fragment = fragments.get(node.name.value)
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, fragments)
  })
}

/** A field may stand there several times under one key: its selections are merged in the answer. */
function byKey(fields: readonly FieldNode[]): ReadonlyMap<string, readonly FieldNode[]> {
  const groups = new Map<string, FieldNode[]>()
  for (const field of fields) {
    const key = field.alias?.value ?? field.name.value
    groups.set(key, [...(groups.get(key) ?? []), field])
  }
  return groups
}
