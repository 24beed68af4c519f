import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  Kind,
  parse,
  parseConstValue,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

/** A field as it was asked: its definition, and where it stands in the document. */
export interface Asking {
  readonly field: GraphQLField<unknown, unknown>
  readonly node: FieldNode
}

/**
 * The field of `Patient` that a part of another one stands for (`@merge(strategy: PART)`), as if the client had asked for it there:
 * with the arguments that the contract lays down, and those of the same name that the client gave the whole or the part.
 * Undefined for what is no part.
 */
export function partOf(
  patient: GraphQLObjectType,
  whole: Asking,
  part: Asking,
): Asking | undefined {
  const target = patient.getFields()[partTarget(part.field) ?? '']
  if (!target) return undefined
  const laidDown = [...whole.field.args, ...part.field.args]
  const defaults = new Map(laidDown.map(({ name, defaultValue }) => [name, defaultValue]))
  const args = target.args.map((argument) => ({
    ...argument,
    defaultValue: defaults.get(argument.name) ?? argument.defaultValue,
  }))
  const known = new Set(args.map(({ name }) => name))
  const given = [whole.node, part.node]
    .flatMap((node) => node.arguments ?? [])
    .filter(({ name }) => known.has(name.value))
  return {
    field: { ...target, args },
    node: {
      ...part.node,
      name: { kind: Kind.NAME, value: target.name },
      arguments: [...given, ...laidDownBy(part.field)],
    },
  }
}

/** What the gateway itself asks below a field with the strategy JOIN: its parts, each with the selection that the contract lays down. */
export function joinedParts(type: GraphQLObjectType): readonly Asking[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const text = mergeArgument(field, 'select')
    if (partTarget(field) === undefined || text?.kind !== Kind.STRING) return []
    const name = { kind: Kind.NAME, value: field.name } as const
    const selectionSet = selectionOf(text.value)
    return [{ field, node: { kind: Kind.FIELD, name, ...(selectionSet && { selectionSet }) } }]
  })
}

function selectionOf(text: string): SelectionSetNode | undefined {
  const [definition] = parse(text, { noLocation: true }).definitions
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined
}

/** `@merge(strategy: PART, of:)`: name of the field of `Patient` that a part is; undefined for what is none. */
function partTarget(field: Asking['field']): string | undefined {
  const [strategy, of] = [mergeArgument(field, 'strategy'), mergeArgument(field, 'of')]
  const isPart = strategy?.kind === Kind.ENUM && strategy.value === 'PART'
  return isPart && of?.kind === Kind.STRING ? of.value : undefined
}

/** `@merge(with:)`: arguments that the client does not choose. @throws GraphQLError where it is no object of GraphQL */
export function laidDownBy(field: Asking['field']): readonly ArgumentNode[] {
  const text = mergeArgument(field, 'with')
  if (text?.kind !== Kind.STRING) return []
  const value = parseConstValue(text.value, { noLocation: true })
  if (value.kind !== Kind.OBJECT) return []
  return value.fields.map(({ name, value: given }) => ({ kind: Kind.ARGUMENT, name, value: given }))
}

function mergeArgument(field: Asking['field'], name: string): ValueNode | undefined {
  const merge = field.astNode?.directives?.find((directive) => directive.name.value === 'merge')
  return merge?.arguments?.find((argument) => argument.name.value === name)?.value
}
