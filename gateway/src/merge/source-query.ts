import { below, type Fragments } from '@kilde/contract'
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { UnionField } from './merge-plan.js'

/** The alias under which the sources answer one union field. */
export const sourceAlias = (index: number): string => `m${index}`

/** The operation that every source gets, with a name of its own for each merged list and each place that shows rows. */
export function writeSourceQuery(
  unions: readonly UnionField[],
  passed: readonly VariableDefinitionNode[],
  fragments: Fragments,
): string {
  const variables = unions.flatMap((union, index) => [
    `$ask_${index}: Boolean!`,
    ...union.field.args.map(
      (argument) => `$${argument.name}_${index}: ${argument.type.toString()}`,
    ),
  ])
  const head = [
    '$identifier: PatientIdentifier!',
    ...variables,
    ...passed.map((definition) => print(definition)),
  ]
  const body = unions.map((union, index) => writeUnion(union, index, fragments))
  return `query (${head.join(', ')}) { patient(identifier: $identifier) { ${body.join(' ')} } }`
}

function writeUnion(union: UnionField, index: number, fragments: Fragments): string {
  const args = union.field.args.map(({ name }) => `${name}: $${name}_${index}`).join(', ')
  const rows = union.places.map(
    ({ alias, nodes }) => `${alias}: node ${writeSelections(nodes, fragments)}`,
  )
  return [
    `${sourceAlias(index)}: ${union.field.name}(${args}) @include(if: $ask_${index}) {`,
    `edges { cursor ${rows.join(' ')} }`,
    'pageInfo { hasNextPage }',
    union.wantsCount ? 'totalCount { value }' : '',
    'sources { organization { number } status dropped withheld reason asOf contractVersion } }',
  ].join(' ')
}

/** The row's selection as the client wrote it, with named fragments opened: a source needs no definitions. */
function writeSelections(nodes: readonly FieldNode[], fragments: Fragments): string {
  const text = below(nodes).map((set) => {
    const opened = visit(set, {
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value)
        if (!fragment) return null
        const { typeCondition, selectionSet } = fragment
        return {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          selectionSet,
          directives: spread.directives ?? [],
        }
      },
    }) as SelectionSetNode
    return print(opened).replace(/^\{|\}$/g, '')
  })
  return `{ ${text.join(' ')} }`
}

/** Variables of the client that rows' fields use: only these go to the sources. */
export function passedVariables(
  operation: OperationDefinitionNode,
  unions: readonly UnionField[],
  fragments: Fragments,
): VariableDefinitionNode[] {
  const used = new Set<string>()
  for (const { places } of unions) {
    for (const { nodes } of places) {
      for (const name of writeSelections(nodes, fragments).matchAll(/\$(\w+)/g))
        used.add(name[1] ?? '')
    }
  }
  return (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  )
}
