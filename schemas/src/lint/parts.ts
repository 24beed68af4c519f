import {
  type GraphQLArgument,
  GraphQLError,
  type GraphQLObjectType,
  isRequiredArgument,
  type ValueNode,
  valueFromAST,
} from 'graphql'
import { joinedParts, laidDownBy } from '../parts.js'
import {
  COMPLETENESS,
  exposed,
  type Field,
  isAnswered,
  lacking,
  mergeOf,
  objectBelow,
  type Place,
  unfillable,
} from './shape.js'

/** PARTS: other fields of `Patient`, and what is told of them together. */
export function lintParts(place: Place, type: GraphQLObjectType): readonly string[] {
  const { where } = place
  const fields = Object.values(type.getFields())
  const parts = fields.filter((field) => mergeOf(field).strategy === 'PART')
  const joins = fields.filter((field) => mergeOf(field).strategy === 'JOIN')
  const others = fields.filter((field) => ![...parts, ...joins].includes(field) && !isTold(field))
  return [
    ...(parts.length > 0 ? [] : [`${where} is PARTS, but ${type.name} has no part.`]),
    ...others.map(
      ({ name }) => `${where}: the gateway cannot make ${type.name}.${name} of the parts.`,
    ),
    ...lintGaps(where, type),
    ...parts.flatMap((part) => lintPart(place, type, part)),
    ...joins.flatMap((join) => lintJoin(place, type, join)),
  ]
}

const isTold = isAnswered('missing')

/** What is missing of which part, in the words of a report. */
function lintGaps(where: string, type: GraphQLObjectType): readonly string[] {
  const gap = objectBelow(type, 'missing')
  if (!gap) return [`${where} does not tell what is \`missing\` of which part.`]
  return [
    ...lacking(where, type, { missing: `[${gap.name}!]!` }),
    ...lacking(where, gap, {
      part: 'String!',
      organization: 'Organization!',
      status: 'SourceStatus!',
      withheld: 'Withheld!',
      reason: 'ReasonCode',
      dropped: 'Int!',
    }),
  ]
}

/** JOIN: what it is made of, and what the gateway makes of it. Whether it can be asked so, planning a question tells. */
function lintJoin(place: Place, whole: GraphQLObjectType, join: Field): readonly string[] {
  const where = `${whole.name}.${join.name}`
  const type = objectBelow(whole, join.name)
  const item = objectBelow(type, 'items')
  if (!type || !item) return [`${place.where}: ${where} is a JOIN, but its type has no items.`]
  const parts = joinedParts(type)
  const names = parts.map(({ field }) => field.name)
  const lacksPart = MADE_OF.filter((name) => !names.includes(name))
  return [
    ...lacking(place.where, type, { items: `[${item.name}!]!`, ...COMPLETENESS }),
    ...lacking(place.where, item, { code: 'Code!', row: 'ID' }),
    ...['says', 'within', 'reason', 'told']
      .filter((name) => !(name in item.getFields()))
      .map((name) => `${place.where}: ${item.name} has no \`${name}\`.`),
    ...lacksPart.map((name) => `${place.where}: ${where} is a JOIN without a part \`${name}\`.`),
    ...exposed(place.where, type, MADE_OF),
    ...unfillable(place.where, type, isAnswered('items', ...MADE_OF)),
    ...parts.flatMap(({ field }) => lintPart(place, type, field)),
  ]
}

const MADE_OF = ['rows', 'statements', 'among'] as const

function lintPart(
  { where, field: whole, patient }: Place,
  type: GraphQLObjectType,
  part: Field,
): readonly string[] {
  const name = `${type.name}.${part.name}`
  const target = patient.getFields()[mergeOf(part).of ?? '']
  if (!target || ['PARTS', undefined].includes(mergeOf(target).strategy)) {
    return [
      `${where}: ${name} is a part of nothing: @merge(of:) must name a field of Patient that is merged.`,
    ]
  }
  const fixed = fixedIn(part)
  if (!fixed) return [`${where}: @merge(with:) of ${name} is no object of GraphQL.`]
  const given = [...part.args, ...whole.args.filter((argument) => has(target, argument))]
  const said = new Set([...fixed.keys(), ...given.map((argument) => argument.name)])
  return [
    ...(part.type.toString() === target.type.toString()
      ? []
      : [`${where}: ${name} must be \`${target.type.toString()}\`, as Patient.${target.name} is.`]),
    ...given
      .filter((argument) => !isSame(argument, target))
      .map(
        (argument) => `${where}: ${name}(${argument.name}:) is not that of Patient.${target.name}.`,
      ),
    ...target.args
      .filter((argument) => isRequiredArgument(argument) && !said.has(argument.name))
      .map((argument) => `${where}: nothing says ${name}(${argument.name}:).`),
    ...[...fixed]
      .filter(([argument, value]) => !isValue(target, argument, value))
      .map(
        ([argument]) =>
          `${where}: @merge(with:) of ${name} has a \`${argument}\` that Patient.${target.name} does not take.`,
      ),
    ...given
      .filter((argument) => fixed.has(argument.name))
      .map(
        (argument) =>
          `${where}: ${name}(${argument.name}:) is laid down, and yet the client’s to choose.`,
      ),
  ]
}

function fixedIn(part: Field): ReadonlyMap<string, ValueNode> | undefined {
  try {
    return new Map(laidDownBy(part).map(({ name, value }) => [name.value, value]))
  } catch (error) {
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

const has = (target: Field, { name }: GraphQLArgument): boolean =>
  target.args.some((argument) => argument.name === name)

const isSame = ({ name, type }: GraphQLArgument, target: Field): boolean =>
  target.args.some(
    (argument) => argument.name === name && argument.type.toString() === type.toString(),
  )

const isValue = (target: Field, name: string, value: ValueNode): boolean => {
  const argument = target.args.find((one) => one.name === name)
  return argument !== undefined && valueFromAST(value, argument.type) !== undefined
}
