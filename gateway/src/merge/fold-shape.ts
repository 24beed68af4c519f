import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
import { mergeStrategyOf } from './contract.js'

const bucketStrategies = [
  'COUNT',
  'MEAN',
  'MIN',
  'MAX',
  'STANDARD_DEVIATION',
  'COUNT_CONFLICTS',
  'MARK_COPIES_COUNTED',
] as const

/** What a field of a bucket is made of. */
export type BucketStrategy = (typeof bucketStrategies)[number]

/** What a folded type calls its parts: read from the contract once. */
export interface FoldShape {
  /** The list of buckets. */
  readonly list: string
  readonly folded: readonly { readonly name: string; readonly strategy: BucketStrategy }[]
  /** Numbers that are added up over the sources. */
  readonly sums: readonly string[]
  /** Fields that say the unit. */
  readonly units: readonly string[]
}

/** @throws Error for a type that the contract lint refuses */
export function compileFoldShape(type: GraphQLObjectType): FoldShape {
  const fields = Object.values(type.getFields())
  for (const field of fields) {
    const bucket = getNamedType(field.type)
    const folded = isObjectType(bucket) ? foldedFields(bucket) : []
    if (folded.length === 0) continue
    return {
      list: field.name,
      folded,
      sums: fields.filter((one) => mergeStrategyOf(one) === 'SUM').map(({ name }) => name),
      units: fields
        .filter((one) => getNamedType(one.type).name === 'UcumUnit')
        .map(({ name }) => name),
    }
  }
  throw new Error(`${type.name} has no buckets`)
}

function foldedFields(bucket: GraphQLObjectType): FoldShape['folded'] {
  return Object.values(bucket.getFields()).flatMap((field) => {
    const strategy = bucketStrategyOf(field)
    return strategy ? [{ name: field.name, strategy }] : []
  })
}

function bucketStrategyOf(field: GraphQLField<unknown, unknown>): BucketStrategy | undefined {
  const strategy = mergeStrategyOf(field)
  return bucketStrategies.find((known) => known === strategy)
}
