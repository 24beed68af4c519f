import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
import { lintArguments } from './arguments.js'
import {
  exposed,
  type Field,
  isAnswered,
  isOneOf,
  lacking,
  mergeOf,
  objectBelow,
  type Place,
  unfillable,
} from './shape.js'

/** What a field of a bucket may be made of, and the type that it must have. */
const FOLDED: Readonly<Record<string, string>> = {
  COUNT: 'Int!',
  MEAN: 'Float!',
  MIN: 'Float!',
  MAX: 'Float!',
  // Null below two rows.
  STANDARD_DEVIATION: 'Float',
  COUNT_CONFLICTS: 'Int!',
  MARK_COPIES_COUNTED: 'Boolean!',
}

/** Without these a bucket would say more than is known. */
const INDISPENSABLE = ['COUNT', 'MARK_COPIES_COUNTED']

const isBucketList = (field: Field): boolean => {
  const type = getNamedType(field.type)
  return isObjectType(type) && Object.values(type.getFields()).some(isFolded)
}

const isFolded = (field: Field): boolean => (mergeOf(field).strategy ?? '') in FOLDED

const isSum = (field: Field): boolean => mergeOf(field).strategy === 'SUM'

/** FOLD: a list of buckets, made of rows and folded rows that the nodes hand over bucket by bucket. */
export function lintFold(place: Place, type: GraphQLObjectType): readonly string[] {
  const { where } = place
  const fields = Object.values(type.getFields())
  const [list, ...others] = fields.filter(isBucketList)
  const bucket = list && objectBelow(type, list.name)
  if (!bucket || others.length > 0) {
    return [`${where} is a FOLD, but its type has not one list of buckets with folded fields.`]
  }
  const known = isAnswered(list.name, 'unit')
  return [
    ...lacking(where, type, { [list.name]: `[${bucket.name}!]!`, unit: 'UcumUnit!' }),
    ...lintSums(where, type, fields.filter(isSum)),
    ...unfillable(where, type, (field) => known(field) || isSum(field)),
    ...lintBucket(where, bucket),
    ...lintArguments(place, {
      code: 'Code!',
      period: 'PeriodInput!',
      bucket: 'Bucket!',
      unit: 'UcumUnit!',
      timeZone: 'TimeZone!',
    }),
  ]
}

function lintSums(
  where: string,
  type: GraphQLObjectType,
  sums: readonly Field[],
): readonly string[] {
  return sums.flatMap(({ name }) => lacking(where, type, { [name]: 'Int!' }))
}

function lintBucket(where: string, bucket: GraphQLObjectType): readonly string[] {
  const fields = Object.values(bucket.getFields())
  const folded = fields.filter(isFolded)
  const strategies = new Set(folded.map((field) => mergeOf(field).strategy))
  const known = isOneOf('start', 'end', 'rows', 'rest')
  return [
    ...lacking(where, bucket, { start: 'DateTime!', end: 'DateTime!' }),
    ...INDISPENSABLE.filter((strategy) => !strategies.has(strategy)).map(
      (strategy) => `${where}: ${bucket.name} has no field with strategy ${strategy}.`,
    ),
    ...folded.flatMap((field) =>
      lacking(where, bucket, { [field.name]: FOLDED[mergeOf(field).strategy ?? ''] ?? '' }),
    ),
    ...unfillable(where, bucket, (field) => known(field) || isFolded(field)),
    ...lintHandedOver(where, bucket),
  ]
}

/** What a node hands over for a bucket (docs/node-protocol.md): rows by which copies are known, and the rest folded. */
function lintHandedOver(where: string, bucket: GraphQLObjectType): readonly string[] {
  const row = objectBelow(bucket, 'rows')
  const rest = objectBelow(bucket, 'rest')
  if (!row || !rest)
    return [`${where}: ${bucket.name} has no \`rows\` and \`rest\` for the gateway.`]
  return [
    ...lacking(where, bucket, { rows: `[${row.name}!]!`, rest: rest.name }),
    ...exposed(where, bucket, ['rows', 'rest']),
    ...lacking(where, row, { cursor: 'Cursor!', value: 'Float' }),
    ...lacking(where, rest, {
      count: 'Int!',
      mean: 'Float!',
      squares: 'Float!',
      minimum: 'Float!',
      maximum: 'Float!',
      mayCountCopies: 'Boolean!',
    }),
  ]
}
