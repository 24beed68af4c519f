import {
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql'

/** Fields beside which clinical content must stand, with their types (design.md §3). */
const COMPLETENESS: Readonly<Record<string, string>> = {
  complete: 'Boolean!',
  completeness: 'Completeness!',
  sources: '[SourceReport!]!',
}

/**
 * What makes a contract unmergeable or unsafe: a field of `Patient` without a merge strategy or without completeness
 * beside its content, a UNION without sort key or identity.
 * Answers one sentence a fault; empty where all is well.
 */
export function lintContract(sdl: string): readonly string[] {
  const types = objectTypes(parse(sdl).definitions)
  const patient = types.get('Patient')
  if (!patient) return ['The contract has no type Patient.']
  return (patient.fields ?? [])
    .filter((field) => field.name.value !== 'id')
    .flatMap((field) => [...lintStrategy(field, types), ...lintCompleteness(field, types)])
}

function objectTypes(
  definitions: readonly DefinitionNode[],
): Map<string, ObjectTypeDefinitionNode> {
  return new Map(
    definitions
      .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  )
}

function lintStrategy(
  field: FieldDefinitionNode,
  types: Map<string, ObjectTypeDefinitionNode>,
): string[] {
  const where = `Patient.${field.name.value}`
  const merge = field.directives?.find((directive) => directive.name.value === 'merge')
  if (!merge) return [`${where} has no @merge: several sources could not be made one.`]
  const args = new Map(merge.arguments?.map((argument) => [argument.name.value, argument.value]))
  const strategy = args.get('strategy')
  if (strategy?.kind !== Kind.ENUM || strategy.value !== 'UNION') {
    return [
      `${where} has a strategy that this version cannot merge: only UNION stands below Patient.`,
    ]
  }
  const row = rowType(field, types)
  if (!row) return [`${where} is a UNION, but its type has no edges { cursor node }.`]
  return ['orderBy', 'key'].flatMap((name) => lintNames(where, name, args.get(name), row))
}

function lintNames(
  where: string,
  name: string,
  value: { readonly kind: string } | undefined,
  row: ObjectTypeDefinitionNode,
): string[] {
  const list = value as
    | { kind: string; values?: readonly { kind: string; value?: string }[] }
    | undefined
  const names =
    list?.values?.flatMap((item) => (item.value === undefined ? [] : [item.value])) ?? []
  if (names.length === 0) return [`${where}: @merge(${name}:) names no field.`]
  const fields = new Set(row.fields?.map((field) => field.name.value))
  return names
    .filter((field) => !fields.has(field))
    .map(
      (field) =>
        `${where}: @merge(${name}:) names ${field}, which ${row.name.value} does not have.`,
    )
}

function rowType(
  field: FieldDefinitionNode,
  types: Map<string, ObjectTypeDefinitionNode>,
): ObjectTypeDefinitionNode | undefined {
  const edge = fieldType(types.get(typeName(field.type)), 'edges', types)
  return fieldType(edge, 'cursor', types, true) && fieldType(edge, 'node', types)
}

function fieldType(
  type: ObjectTypeDefinitionNode | undefined,
  name: string,
  types: Map<string, ObjectTypeDefinitionNode>,
  scalar = false,
): ObjectTypeDefinitionNode | undefined {
  const field = type?.fields?.find((candidate) => candidate.name.value === name)
  return field && (scalar ? type : types.get(typeName(field.type)))
}

function lintCompleteness(
  field: FieldDefinitionNode,
  types: Map<string, ObjectTypeDefinitionNode>,
): string[] {
  const type = types.get(typeName(field.type))
  const have = new Map(
    type?.fields?.map((candidate) => [candidate.name.value, printType(candidate.type)]),
  )
  return Object.entries(COMPLETENESS)
    .filter(([name, expected]) => have.get(name) !== expected)
    .map(
      ([name, expected]) =>
        `Patient.${field.name.value} shows content without \`${name}: ${expected}\` beside it.`,
    )
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type)
}

function printType(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printType(type.type)}!`
  return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : type.name.value
}
