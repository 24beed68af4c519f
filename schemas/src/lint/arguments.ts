import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql'
import { statusLetters } from '../node-cursor.js'
import { isInaccessible, type Place } from './shape.js'

/** Arguments of a merged field, with their types as SDL: the gateway must understand each before anybody is asked. */
type Arguments = Readonly<Record<string, string>>

/** One sentence for each argument that is missing, of another type, or unknown to the gateway. */
export function lintArguments(
  { where, field }: Place,
  needed: Arguments,
  allowed: readonly string[] = [],
): readonly string[] {
  const given = new Map(field.args.map(({ name, type }) => [name, type.toString()]))
  const missing = Object.entries(needed)
    .filter(([name, expected]) => given.get(name) !== expected)
    .map(([name, expected]) => `${where} has no argument \`${name}: ${expected}\`.`)
  const unknown = [...given.keys()]
    .filter((name) => !(name in needed) && !allowed.includes(name))
    .map((name) => `${where} has an argument \`${name}\`, which the gateway does not know.`)
  return [...missing, ...unknown]
}

/** Conditions that the gateway reads itself. Any others go to the sources as they are. */
const READ_BY_GATEWAY: Arguments = {
  codes: '[Code!]',
  category: '[String!]',
  period: 'PeriodInput',
  last: 'Int',
  sources: '[OrganizationNumber!]',
  superseding: 'Boolean',
}

export function lintFilter({ where, field }: Place): readonly string[] {
  const argument = field.args.find(({ name }) => name === 'filter')
  if (!argument) return []
  const type = getNamedType(argument.type)
  if (!isInputObjectType(type) || argument.type.toString() !== type.name) {
    return [`${where}: \`filter\` must be one nullable input object.`]
  }
  const wrong = Object.values(type.getFields()).flatMap(({ name, type: given }) => {
    const expected = READ_BY_GATEWAY[name]
    if (expected === undefined || expected === given.toString()) return []
    return [`${where}: the gateway reads \`filter.${name}\` as \`${expected}\`.`]
  })
  return [
    ...wrong,
    ...lintStatus(where, type.getFields()['status']),
    ...lintSuperseding(where, type),
  ]
}

/** The gateway knows a row's status by its letter alone, whatever the class. */
function lintStatus(where: string, field: GraphQLInputField | undefined): readonly string[] {
  if (!field) return []
  const type = getNamedType(field.type)
  const isList = field.type.toString() === `[${type.name}!]`
  const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : []
  const known = values.length > 0 && values.every((name) => Object.hasOwn(statusLetters, name))
  if (isList && known) return []
  return [
    `${where}: the gateway reads \`filter.status\` as a list of an enum whose values have a letter in the cursor.`,
  ]
}

/** Status filters hold after copies are joined: the gateway must see the corrections that a filter leaves out. */
function lintSuperseding(where: string, type: GraphQLInputObjectType): readonly string[] {
  const { superseding } = type.getFields()
  if (!superseding) {
    return [
      `${where}: \`filter\` has no \`superseding: Boolean\`: a copy of a withdrawn row could pass for current.`,
    ]
  }
  if (isInaccessible(superseding)) return []
  return [`${where}: \`filter.superseding\` is for the gateway and must be @inaccessible.`]
}
