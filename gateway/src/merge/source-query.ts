import { type OperationDefinitionNode, print, type VariableDefinitionNode } from 'graphql'
import type { MergedField, MergePlan } from './merge-plan.js'
import { printSelection } from './select.js'
import { fieldVariables, type VariableNames } from './variable-names.js'

/** The alias under which the sources answer one merged field. */
export const sourceAlias = (index: number): string => `m${index}`

/** What each source says of its own answer. */
const REPORT =
  'sources { organization { number } status dropped withheld reason asOf contractVersion }'

/**
 * The operation that every source gets: each merged field under an alias and with variables of its own, each place that shows
 * rows likewise. Of the client's variables it has those that rows' fields use.
 */
export function writeSourceQuery(
  operation: OperationDefinitionNode,
  fields: readonly MergedField[],
): Pick<MergePlan, 'sourceQuery' | 'apart' | 'passedVariables' | 'names'> {
  const of = fieldVariables(operation)
  const used = variablesIn(fields.map((merged) => writeField(merged, of)).join(' '))
  const passed = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  )
  const patient = used.has('identifier') ? of('identifier', fields.length) : 'identifier'
  const names = { patient, of }
  const write = (some: readonly MergedField[]) => writeQuery(some, names, passed)
  return {
    names,
    sourceQuery: write(fields),
    apart: groupsOf(fields).map((some) => ({
      text: write(some),
      fields: new Set(some.map(({ index }) => index)),
    })),
    passedVariables: passed.map(({ variable }) => variable.name.value),
  }
}

/**
 * What stands side by side below `patient` is one question, and each class of the parts of a whole another: a source denies a question
 * for one class in it, and what it denies of one part must not take the others along. None where that is one question anyway.
 */
function groupsOf(fields: readonly MergedField[]): readonly (readonly MergedField[])[] {
  const groupOf = ({ ofWhole, dataClass }: MergedField) => (ofWhole === undefined ? '' : dataClass)
  const names = [...new Set(fields.map(groupOf))]
  if (names.length < 2) return []
  return names.map((name) => fields.filter((field) => groupOf(field) === name))
}

function writeQuery(
  fields: readonly MergedField[],
  names: VariableNames,
  passed: readonly VariableDefinitionNode[],
): string {
  const body = fields.map((merged) => writeField(merged, names.of)).join(' ')
  const used = variablesIn(body)
  const head = [
    `$${names.patient}: PatientIdentifier!`,
    ...fields.flatMap(({ index, field, strategy }) => [
      `$${names.of('ask', index)}: Boolean!`,
      ...(strategy === 'UNION' ? [`$${names.of('end', index)}: Boolean = false`] : []),
      ...field.args.map(({ name, type }) => `$${names.of(name, index)}: ${type.toString()}`),
    ]),
    ...passed
      .filter(({ variable }) => used.has(variable.name.value))
      .map((definition) => print({ ...definition, directives: [] })),
  ]
  return `query (${head.join(', ')}) { patient(identifier: $${names.patient}) { ${body || '__typename'} } }`
}

const variablesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? ''))

function writeField(merged: MergedField, of: VariableNames['of']): string {
  const { index, field } = merged
  const args = field.args.map(({ name }) => `${name}: $${of(name, index)}`).join(', ')
  const head = `${sourceAlias(index)}: ${field.name}${args && `(${args})`} @include(if: $${of('ask', index)})`
  return `${head} { ${writeBelow(merged, of)} ${REPORT} }`
}

function writeBelow(merged: MergedField, of: VariableNames['of']): string {
  if ('part' in merged) return merged.part.sourceSelection
  switch (merged.strategy) {
    case 'UNION':
      return `${writeEdges(merged.places)} pageInfo { hasNextPage endCursor @include(if: $${of('end', merged.index)}) }${merged.wantsCount ? ' totalCount { value }' : ''}${merged.marks.rivals ? ' rivals' : ''}`
    case 'LATEST':
      return `items { code ${writeEdges(merged.places)} }`
  }
}

function writeEdges(places: Extract<MergedField, { strategy: 'UNION' }>['places']): string {
  const rows = places.map(({ alias, fields }) => `${alias}: node ${printSelection(fields)}`)
  return `edges { ${['cursor', ...rows].join(' ')} }`
}
