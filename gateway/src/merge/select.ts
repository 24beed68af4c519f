import { below, collect, type Fragments, type Variables } from '@kilde/contract'
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isObjectType,
  print,
  type SelectionSetNode,
} from 'graphql'
import { GatewayError } from '../errors.js'
import { type Contract, mergeStrategyOf } from './contract.js'

/**
 * A selection as it will be carried out: fragments opened, `@skip` and `@include` decided, the nodes of one response key
 * joined (GraphQL §6.3.2 CollectFields). Query for the sources, check and writer of rows are all made of it.
 */
export interface Selected {
  /** Response key: the alias, or the name. */
  readonly key: string
  readonly name: string
  /** Undefined for `__typename`. */
  readonly field: GraphQLField<unknown, unknown> | undefined
  /** As written by the client, e.g. `(unit: $unit)`; empty without arguments. */
  readonly args: string
  readonly nodes: readonly FieldNode[]
  readonly below: Below | undefined
  /** Of a part of another field: its name there. */
  readonly part?: string
}

export type Below =
  | { readonly kind: 'OBJECT'; readonly type: GraphQLObjectType; readonly fields: Selection }
  /** An interface or union: what is selected depends on which type a value has. */
  | { readonly kind: 'ABSTRACT'; readonly cases: readonly ObjectSelection[] }
  /** A stub of a type that the gateway holds a copy of: its fields do not come from the sources. */
  | { readonly kind: 'REFERENCE'; readonly type: GraphQLObjectType; readonly fields: Selection }

export type Selection = readonly Selected[]

export interface ObjectSelection {
  readonly type: GraphQLObjectType
  readonly fields: Selection
}

/** What a selection is read with. */
export interface Reading {
  readonly contract: Contract
  readonly fragments: Fragments
  readonly variables: Variables
}

/** @throws GatewayError `UNSUPPORTED_FETCH` for a field that the contract does not have */
export function select(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  reading: Reading,
  isJoined = false,
): Selection {
  const { contract, fragments, variables } = reading
  const collected = collect(type, sets, fragments, variables, contract.schema)
  return [...collected].map(([key, nodes]) => {
    const [node] = nodes
    const name = node?.name.value ?? ''
    const field = type.getFields()[name]
    if (!field && name !== '__typename') throw notServed(type, name)
    const args = (node?.arguments ?? []).map((argument) => print(argument)).join(', ')
    return {
      key,
      name,
      field,
      args: args && `(${args})`,
      nodes,
      below: field && selectBelow(field, nodes, reading, isJoined),
    }
  })
}

/** Another subgraph's, or the schema's own: such an operation is planned by Apollo. */
const notServed = (type: GraphQLObjectType, name: string): GatewayError =>
  new GatewayError('UNSUPPORTED_FETCH', { detail: `${type.name}.${name} is not of the contract` })

function selectBelow(
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  reading: Reading,
  isJoined: boolean,
): Below | undefined {
  const sets = below(nodes)
  const type = getNamedType(field.type)
  if (isAbstractType(type)) {
    const types = reading.contract.schema.getPossibleTypes(type)
    return {
      kind: 'ABSTRACT',
      cases: types.map((possible) => ({ type: possible, fields: select(possible, sets, reading) })),
    }
  }
  if (!isObjectType(type)) return undefined
  const whole = isJoined ? undefined : reading.contract.joined.get(type.name)
  if (!whole) return { kind: 'OBJECT', type, fields: select(type, sets, reading, isJoined) }
  return { kind: 'REFERENCE', type: whole, fields: select(whole, sets, reading, true) }
}

/** The key under which a source tells which type a value of an interface or union has. Never shown to a client. */
export const TYPE_KEY = '_kilde_type'

/** A selection as the sources are asked it: of a reference only its key. */
export function printSelection(fields: Selection): string {
  // Everything may be left out by directives, and then there must still be something to ask for.
  return `{ ${fields.map(printField).join(' ') || `${TYPE_KEY}: __typename`} }`
}

function printField({ key, name, args, below }: Selected): string {
  const head = `${key === name ? name : `${key}: ${name}`}${args}`
  if (!below) return head
  if (below.kind === 'OBJECT') return `${head} ${printSelection(below.fields)}`
  if (below.kind === 'REFERENCE') return `${head} { number }`
  const cases = below.cases
    .filter(({ fields }) => fields.length > 0)
    .map(({ type, fields }) => `... on ${type.name} ${printSelection(fields)}`)
  return `${head} { ${TYPE_KEY}: __typename ${cases.join(' ')} }`
}

/** True where a reference is wholly answered by its key, which the sources send. */
export const isKeyOnly = (fields: Selection): boolean =>
  fields.every(({ name }) => name === 'number' || name === '__typename')

/** Every field selected below `type`, as `Type.field`, each once: what an access record says was asked for. */
export function fieldNames(type: GraphQLObjectType, fields: Selection): readonly string[] {
  const names = new Set<string>()
  const walk = (owner: GraphQLObjectType, selection: Selection): void => {
    for (const { name, field, below } of selection) {
      if (!field) continue
      names.add(`${owner.name}.${name}`)
      if (below?.kind === 'ABSTRACT') for (const each of below.cases) walk(each.type, each.fields)
      else if (below) walk(below.type, below.fields)
    }
  }
  walk(type, fields)
  return [...names]
}

export const strategyAt = ({ field }: Selected): string | undefined =>
  field && mergeStrategyOf(field)
