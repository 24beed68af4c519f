import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  Kind,
  type ValueNode,
} from 'graphql'

export type Field = GraphQLField<unknown, unknown>

/** A field of `Patient`, or one below it, as its faults name it. */
export interface Place {
  readonly where: string
  readonly field: Field
  readonly merge: Merge
  readonly patient: GraphQLObjectType
}

/** What `@merge` says of a field. */
export interface Merge {
  readonly strategy: string | undefined
  readonly orderBy: readonly string[]
  readonly key: readonly string[]
  /** Class of data by which agreements are looked up; undefined for the default. */
  readonly dataClass: string | undefined
  /** The argument that names the classes of data. */
  readonly classesFrom: string | undefined
  /** The field of `Patient` that a part is. */
  readonly of: string | undefined
}

export function mergeOf(field: Field): Merge {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === 'merge')
  const given = new Map(directive?.arguments?.map(({ name, value }) => [name.value, value]))
  const strategy = given.get('strategy')
  const dataClass = given.get('dataClass')
  const classesFrom = given.get('classesFrom')
  const of = given.get('of')
  return {
    strategy: strategy?.kind === Kind.ENUM ? strategy.value : undefined,
    orderBy: texts(given.get('orderBy')),
    key: texts(given.get('key')),
    dataClass: dataClass?.kind === Kind.STRING ? dataClass.value : undefined,
    classesFrom: classesFrom?.kind === Kind.STRING ? classesFrom.value : undefined,
    of: of?.kind === Kind.STRING ? of.value : undefined,
  }
}

function texts(value: ValueNode | undefined): readonly string[] {
  if (value?.kind !== Kind.LIST) return []
  return value.values.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : []))
}

export const isInaccessible = (field: Field | GraphQLInputField): boolean =>
  field.astNode?.directives?.some(({ name }) => name.value === 'inaccessible') ?? false

/** The object type that a field of this type leads to; undefined for leaves, interfaces, unions and where there is no such field. */
export function objectBelow(
  type: GraphQLObjectType | undefined,
  name: string,
): GraphQLObjectType | undefined {
  const field = type?.getFields()[name]
  const named = field && getNamedType(field.type)
  return isObjectType(named) ? named : undefined
}

/** One sentence for each field that is missing or of another type; `shape` is field names with their types as SDL. */
export function lacking(
  where: string,
  type: GraphQLObjectType,
  shape: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(shape)
    .filter(([name, expected]) => type.getFields()[name]?.type.toString() !== expected)
    .map(([name, expected]) => `${where}: ${type.name} has no \`${name}: ${expected}\`.`)
}

/** One sentence for each of the fields that a client can see although it is a matter between nodes and gateway. */
export function exposed(
  where: string,
  type: GraphQLObjectType,
  names: readonly string[],
): readonly string[] {
  return names
    .filter((name) => {
      const field = type.getFields()[name]
      return field !== undefined && !isInaccessible(field)
    })
    .map((name) => `${where}: ${type.name}.${name} is for the gateway and must be @inaccessible.`)
}

/** One sentence for each field that the gateway would not know how to fill. */
export function unfillable(
  where: string,
  type: GraphQLObjectType,
  known: (field: Field) => boolean,
): readonly string[] {
  return Object.values(type.getFields())
    .filter((field) => !known(field))
    .map(
      ({ name }) =>
        `${where}: the gateway cannot make ${type.name}.${name} of what several sources send.`,
    )
}

/** Fields beside which clinical content must stand, with their types (design.md §3). */
export const COMPLETENESS: Readonly<Record<string, string>> = {
  complete: 'Boolean!',
  completeness: 'Completeness!',
  sources: '[SourceReport!]!',
}

export const isOneOf = (...names: readonly string[]): ((field: Field) => boolean) => {
  const known = new Set(names)
  return ({ name }) => known.has(name)
}

/** What the gateway fills in the object of a field of `Patient`: its completeness, and what the strategy names. */
export const isAnswered = (...names: readonly string[]): ((field: Field) => boolean) =>
  isOneOf(...Object.keys(COMPLETENESS), ...names)
