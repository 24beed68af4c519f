import { below, collect, type Fragments, type Variables } from '@kilde/contract'
import {
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'

/**
 * True where a row has, in every selected field, a value that the contract allows (GraphQL §6.4.3 CompleteValue).
 * Each source is completed alone, before the merge: one bad row must not empty anybody's list.
 */
export function isSoundRow(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  value: unknown,
  fragments: Fragments,
  variables: Variables,
): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const row = value as Record<string, unknown>
  for (const [key, nodes] of collect(type, sets, fragments, variables)) {
    const name = nodes[0]?.name.value ?? ''
    const field = type.getFields()[name]
    if (name === '__typename' ? row[key] !== type.name : !field) return false
    if (field && !isSoundValue(field.type, below(nodes), row[key], fragments, variables))
      return false
  }
  return true
}

function isSoundValue(
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  value: unknown,
  fragments: Fragments,
  variables: Variables,
): boolean {
  if (isNonNullType(type)) {
    return (
      value !== null &&
      value !== undefined &&
      isSoundValue(type.ofType, sets, value, fragments, variables)
    )
  }
  if (value === null || value === undefined) return true
  if (isListType(type)) {
    return (
      Array.isArray(value) &&
      value.every((item) => isSoundValue(type.ofType, sets, item, fragments, variables))
    )
  }
  if (isLeafType(type)) return isSoundLeaf(type, value)
  // The contract has no interfaces or unions yet; a value of one would be dropped rather than let through unchecked.
  return isObjectType(type) && isSoundRow(type, sets, value, fragments, variables)
}

const INT_LIMIT = 2 ** 31

function isSoundLeaf(type: GraphQLLeafType, value: unknown): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined
  switch (type.name) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(value as number) < INT_LIMIT
    case 'Float':
    case 'Milliseconds':
      return typeof value === 'number' && Number.isFinite(value)
    case 'Boolean':
      return typeof value === 'boolean'
    case 'DateTime':
      return typeof value === 'string' && DATE_TIME.test(value)
    case 'OrganizationNumber':
      return typeof value === 'string' && /^\d{9}$/.test(value)
    default:
      return typeof value === 'string'
  }
}

/** RFC 3339 with an offset. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
