import { contractVersion, registrySdl, sharingSdl } from '@kilde/contract'
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
} from 'graphql'
import { DATA_CLASS } from '../path/data-class.js'

/** What is merged, and how: a contract's SDL with its `@merge` directives. */
export interface Contract {
  readonly version: string
  readonly schema: GraphQLSchema
  /** The type below which everything is merged. */
  readonly patient: GraphQLObjectType
  /**
   * Types of which the contract has only a stub with a key: the rest of them is another subgraph's. By name, as that subgraph
   * defines them; only what the gateway holds a copy of.
   */
  readonly joined: ReadonlyMap<string, GraphQLObjectType>
}

/** @throws Error where the contract has no type `Patient`, or the joined one none of these names. */
export function createContract(
  sdl: string,
  version: string,
  joined: { readonly sdl: string; readonly types: readonly string[] } = { sdl: '', types: [] },
): Contract {
  const schema = readSchema(sdl)
  const owner = joined.types.length > 0 ? readSchema(joined.sdl) : schema
  return {
    version,
    schema,
    patient: objectTypeNamed(schema, 'Patient'),
    joined: new Map(joined.types.map((name) => [name, objectTypeNamed(owner, name)])),
  }
}

/** Federation's own directives are of no use here, so the SDL is taken as it is, without its `@link` imports. */
function readSchema(sdl: string): GraphQLSchema {
  return buildASTSchema(parse(sdl), { assumeValidSDL: true })
}

function objectTypeNamed(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`The contract has no type ${name}`)
  return type
}

/** Kilde's own contract: organisations' names and all else of them come from the registry. */
export const contract: Contract = createContract(sharingSdl, contractVersion, {
  sdl: registrySdl,
  types: ['Organization'],
})

export const contractSchema: GraphQLSchema = contract.schema

/** A field's `@merge(strategy:)`; undefined where it has none. */
export function mergeStrategyOf(field: GraphQLField<unknown, unknown>): string | undefined {
  const strategy = mergeArgument(field, 'strategy')
  return strategy?.kind === 'EnumValue' ? strategy.value : undefined
}

/** A field's `@merge(dataClass:)`: by what class of data agreements are looked up. */
export function dataClassOf(field: GraphQLField<unknown, unknown>): string {
  const dataClass = mergeArgument(field, 'dataClass')
  return dataClass?.kind === 'StringValue' ? dataClass.value : DATA_CLASS
}

/** A field's `@merge(classesFrom:)`: which argument names its classes of data; undefined where it is about one. */
export function classesFromOf(field: GraphQLField<unknown, unknown>): string | undefined {
  const argument = mergeArgument(field, 'classesFrom')
  return argument?.kind === 'StringValue' ? argument.value : undefined
}

/** The names in `@merge(orderBy:)`, most significant first. */
export const mergeOrderOf = (field: GraphQLField<unknown, unknown>): readonly string[] =>
  namesIn(field, 'orderBy')

/** The names in `@merge(key:)`. */
export const mergeKeyOf = (field: GraphQLField<unknown, unknown>): readonly string[] =>
  namesIn(field, 'key')

function namesIn(field: GraphQLField<unknown, unknown>, argument: string): readonly string[] {
  const names = mergeArgument(field, argument)
  if (names?.kind !== 'ListValue') return []
  return names.values.flatMap((value) => (value.kind === 'StringValue' ? [value.value] : []))
}

function mergeArgument(field: GraphQLField<unknown, unknown>, name: string) {
  const directive = field.astNode?.directives?.find((candidate) => candidate.name.value === 'merge')
  return directive?.arguments?.find((argument) => argument.name.value === name)?.value
}

/** The object type of a field, through lists and non-null; undefined for leaves and abstract types. */
export function objectTypeOf(field: GraphQLField<unknown, unknown>): GraphQLObjectType | undefined {
  const type = getNamedType(field.type)
  return isObjectType(type) ? type : undefined
}
