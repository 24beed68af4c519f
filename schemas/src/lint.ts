import {
  buildASTSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql'
import { lintEach } from './lint/each.js'
import { lintFold } from './lint/fold.js'
import { lintLatest } from './lint/latest.js'
import { lintMarks } from './lint/marks.js'
import { lintParts } from './lint/parts.js'
import { lintPrefer } from './lint/prefer.js'
import { rowTypesOf } from './lint/rows.js'
import {
  COMPLETENESS,
  type Field,
  type Merge,
  mergeOf,
  objectBelow,
  type Place,
} from './lint/shape.js'
import { lintUnion } from './lint/union.js'

/** What the fields of `Patient` may be, and how each is checked. */
const STRATEGIES: Readonly<
  Record<string, (place: Place, type: GraphQLObjectType) => readonly string[]>
> = {
  UNION: lintUnion,
  LATEST: lintLatest,
  FOLD: lintFold,
  PREFER: lintPrefer,
  EACH: lintEach,
  PARTS: lintParts,
}

/**
 * What makes a contract unmergeable or unsafe: a field of `Patient` without a merge strategy, without the shape that its
 * strategy needs, or without completeness beside its content; a mark that stands where the gateway would not set it.
 * Answers one sentence a fault; empty where all is well.
 */
export function lintContract(sdl: string): readonly string[] {
  const schema = readSchema(sdl)
  if (typeof schema === 'string') return [schema]
  const patient = schema.getType('Patient')
  if (!isObjectType(patient)) return ['The contract has no type Patient.']
  const faults = Object.values(patient.getFields())
    .filter(({ name }) => name !== 'id')
    .flatMap((field) => lintField(schema, patient, field))
  // A type that stands below several fields has its faults once.
  return [...new Set([...lintEntry(schema), ...faults])]
}

/** Federation's directives are of no use here, so the SDL is taken as it is. */
function readSchema(sdl: string): GraphQLSchema | string {
  try {
    return buildASTSchema(parse(sdl), { assumeValidSDL: true })
  } catch (error) {
    return `The contract is no GraphQL schema: ${error instanceof Error ? error.message : 'unreadable'}`
  }
}

/** The way to a patient is one: its argument is what everything else is bound to. */
function lintEntry(schema: GraphQLSchema): readonly string[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  const others = fields
    .filter(({ name }) => name !== 'patient')
    .map(({ name }) => `Query.${name} cannot be merged: only Query.patient can.`)
  const entry = fields.find(({ name }) => name === 'patient')
  const identifier = entry?.args.find(({ name }) => name === 'identifier')
  if (
    entry?.type.toString() === 'Patient' &&
    identifier?.type.toString() === 'PatientIdentifier!'
  ) {
    return others
  }
  return [...others, 'Query has no `patient(identifier: PatientIdentifier!): Patient`.']
}

function lintField(
  schema: GraphQLSchema,
  patient: GraphQLObjectType,
  field: Field,
): readonly string[] {
  const where = `Patient.${field.name}`
  const merge = mergeOf(field)
  if (merge.strategy === undefined) {
    return [`${where} has no @merge: several sources could not be made one.`]
  }
  const lint = STRATEGIES[merge.strategy]
  if (!lint) {
    return [
      `${where} has strategy ${merge.strategy}, but only ${Object.keys(STRATEGIES).join(', ')} stand below Patient.`,
    ]
  }
  const type = isNonNullType(field.type) ? field.type.ofType : field.type
  if (!isObjectType(type)) return [`${where} ${bare(field)}`]
  return [
    ...(isNonNullType(field.type)
      ? []
      : [`${where} may be null: nobody could tell what is missing then.`]),
    ...lint({ where, field, merge, patient }, type),
    ...lintDataClass(where, merge.dataClass),
    ...lintClassesFrom(where, merge),
    ...lintCompleteness(where, type),
    ...lintBelow(schema, merge.strategy, type),
  ]
}

const bare = ({ type }: Field): string =>
  isListType(isNonNullType(type) ? type.ofType : type)
    ? 'is a bare list: nothing beside it says whether it is complete.'
    : 'is a bare value: nothing beside it says whether it is complete.'

/** The registry's own form of a class: a name that no agreement can hold would be located nowhere. */
function lintDataClass(where: string, dataClass: string | undefined): readonly string[] {
  if (dataClass === undefined || /^[A-Z][A-Za-z]{0,63}$/.test(dataClass)) return []
  return [`${where}: @merge(dataClass:) must be the name of a class of data, e.g. \`Observation\`.`]
}

/** Only where nothing is done with a source's entries but to show them: rows and folds are of one class. */
function lintClassesFrom(where: string, { strategy, classesFrom }: Merge): readonly string[] {
  if (classesFrom === undefined || strategy === 'EACH') return []
  return [`${where}: @merge(classesFrom:) goes with strategy EACH alone.`]
}

function lintCompleteness(where: string, type: GraphQLObjectType): readonly string[] {
  return Object.entries(COMPLETENESS)
    .filter(([name, expected]) => type.getFields()[name]?.type.toString() !== expected)
    .map(([name, expected]) => `${where} shows content without \`${name}: ${expected}\` beside it.`)
}

/** The marks of what is shown: rows, or the variants of one value. A bucket's fields are checked with its shape. */
function lintBelow(
  schema: GraphQLSchema,
  strategy: string,
  type: GraphQLObjectType,
): readonly string[] {
  // Its parts are checked where they are fields of their own.
  if (strategy === 'PARTS') return []
  if (strategy === 'PREFER') return lintMarks(schema, type, 'SINGLETON')
  const owner = strategy === 'LATEST' ? objectBelow(type, 'items') : type
  if (strategy === 'EACH') return lintMarks(schema, type, 'ENTRIES')
  const types = strategy === 'FOLD' || !owner ? '' : rowTypesOf(owner)
  return typeof types === 'string' ? [] : lintMarks(schema, types.row, 'ROW')
}
