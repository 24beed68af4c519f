import { below, collect, type Fragments, type Variables } from '@kilde/contract'
import {
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import { mergeStrategyOf } from '../merge-strategy.js'
import { typeNamed, type WrittenField } from '../root.js'
import { canonical } from './canonical.js'

/** Marks that the gateway makes of what each source sends as `rivals`. */
const RIVAL_MARKS: ReadonlySet<unknown> = new Set(['MARK_RIVALS', 'MARK_UNCLAIMED'])

export interface DocumentContext {
  readonly fragments: Fragments
  readonly variables: Variables
}

/**
 * What a field of `Patient` lets out, as one path for each leaf. A row is the same row whichever way leads to it (`nodes`,
 * `edges { node }`, `items { observation }`), so that a row's paths begin with its type. Arguments belong to a path.
 */
export function pathsOf(
  { name, nodes }: WrittenField,
  context: DocumentContext,
): ReadonlySet<string> {
  const paths = new Set<string>()
  const field = typeNamed('Patient').getFields()[name]
  const type = getNamedType(field?.type)
  if (isObjectType(type)) walk(type, '', below(nodes), context, paths)
  return paths
}

function walk(
  owner: GraphQLObjectType,
  prefix: string,
  sets: readonly SelectionSetNode[],
  context: DocumentContext,
  paths: Set<string>,
): void {
  // An organisation is asked for by its number, whatever is wanted of it: the gateway knows the rest.
  if (owner.name === 'Organization') paths.add(`${prefix}number`)
  const fields = owner.getFields()
  for (const nodes of collect(owner, sets, context.fragments, context.variables).values()) {
    const [node] = nodes
    const field = fields[node?.name.value ?? '']
    if (!node || !field) continue
    const path = `${prefix}${field.name}${argumentsIn(field, node, context.variables)}`
    const type = getNamedType(field.type)
    // Whoever signs for the mark signs for what the gateway makes it of.
    if (RIVAL_MARKS.has(mergeStrategyOf(field))) paths.add('rivals')
    if (!isObjectType(type)) paths.add(path)
    else
      walk(
        type,
        LEAD_TO_ROW.test(`${owner.name}.${field.name}`) ? `${type.name}/` : `${path}/`,
        below(nodes),
        context,
        paths,
      )
  }
}

const argumentsIn = (
  field: GraphQLField<unknown, unknown>,
  node: Parameters<typeof getArgumentValues>[1],
  variables: Variables,
): string =>
  field.args.length === 0 ? '' : `(${canonical(getArgumentValues(field, node, { ...variables }))})`

/** Fields that lead from what stands around rows to a row, in every list of the contract. */
const LEAD_TO_ROW = /^(\w+Connection\.nodes|\w+Edge\.node|LatestObservation\.observation)$/

/** What every page says of itself, and where its rows stand in the order: the protocol needs it of every field. */
const ENVELOPE =
  /^(complete|completeness\/.*|sources\/.*|pageInfo\/.*|((items\/)?edges\/)?cursor|items\/(code|complete|newerMayExist))$/

/** The contract's key fields of a row: id, sort key, identity, and organisation. */
const KEYS =
  /^[A-Z]\w*\/(id|effective|identifier\/(system|value)|(provenance\/)?(organization|source)\/number)$/

/** Always within: who may ask for a page at all may ask where its rows stand. */
export const isKeyPath = (path: string): boolean => ENVELOPE.test(path) || KEYS.test(path)
