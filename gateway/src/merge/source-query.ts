import { type OperationDefinitionNode, print } from 'graphql'
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
): Pick<MergePlan, 'sourceQuery' | 'passedVariables' | 'names'> {
  const of = fieldVariables(operation)
  const body = fields.map((merged) => writeField(merged, of)).join(' ')
  const used = new Set([...body.matchAll(/\$(\w+)/g)].map(([, name]) => name))
  const passed = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  )
  const patient = used.has('identifier') ? of('identifier', fields.length) : 'identifier'
  const head = [
    `$${patient}: PatientIdentifier!`,
    ...fields.flatMap(({ index, field, strategy }) => [
      `$${of('ask', index)}: Boolean!`,
      ...(strategy === 'UNION' ? [`$${of('end', index)}: Boolean = false`] : []),
      ...field.args.map(({ name, type }) => `$${of(name, index)}: ${type.toString()}`),
    ]),
    ...passed.map((definition) => print({ ...definition, directives: [] })),
  ]
  return {
    names: { patient, of },
    sourceQuery: `query (${head.join(', ')}) { patient(identifier: $${patient}) { ${body || '__typename'} } }`,
    passedVariables: passed.map(({ variable }) => variable.name.value),
  }
}

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
