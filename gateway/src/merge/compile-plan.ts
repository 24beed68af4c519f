import { fragmentsOf, type Variables } from '@kilde/contract'
import { type DocumentNode, getOperationAST, Kind, visit } from 'graphql'
import { DATA_CLASS } from '../path/data-class.js'
import type { ScanParts } from '../rows/scan.js'
import { compileFields } from './compile-fields.js'
import type { Contract } from './contract.js'
import type { MergedField, MergePlan, PatientEntry } from './merge-plan.js'
import { isWhole, openParts, wholeEntry } from './open-parts.js'
import { fieldNames, type Reading, type Selection, select } from './select.js'
import { writeSourceQuery } from './source-query.js'
import { objectOf, unsupported } from './unsupported.js'

/**
 * Compiles the plan of one operation. `variables` decide `@skip` and `@include`, nothing else.
 * @throws GatewayError `UNSUPPORTED_FETCH` for what the contract cannot merge
 */
export function compileMergePlan(
  contract: Contract,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Variables,
): MergePlan {
  const operation = getOperationAST(document, operationName)
  const query = contract.schema.getQueryType()
  if (!operation || !query) throw unsupported('no operation')
  const reading: Reading = { contract, fragments: fragmentsOf(document), variables }
  const root = select(query, [operation.selectionSet], reading)
  const patients = root.filter(({ name }) => name === 'patient')
  const [patient] = patients
  const others = root.filter(({ name }) => name !== 'patient' && name !== '__typename')
  const [patientNode] = patient?.nodes ?? []
  if (!patient?.field || !patientNode || patients.length > 1 || others.length > 0)
    throw unsupported('more than Query.patient')
  const below = objectOf(patient.below)
  const parts: ScanParts = { references: [], joins: 0 }
  const fields = compileFields(contract, openParts(contract, below.fields), parts)
  return {
    contract,
    root: root.map(({ key }) => key),
    patientKey: patient.key,
    patientField: patient.field,
    patientNode,
    patient: entriesOf(below.fields, fields),
    fields,
    references: parts.references,
    ...writeSourceQuery(operation, fields),
    selected: fields.flatMap(selectedIn),
    classes: classesOf(fields),
  }
}

const classesOf = (fields: readonly MergedField[]): readonly string[] =>
  fields.length === 0 ? [DATA_CLASS] : [...new Set(fields.map(({ dataClass }) => dataClass))].sort()

function entriesOf(selection: Selection, fields: readonly MergedField[]): PatientEntry[] {
  const indexOf = (key: string) => fields.findIndex(({ responseKey }) => responseKey === key)
  return selection.map((selected) => {
    const { key, name } = selected
    if (name === '__typename') return { key, is: 'TYPENAME' }
    if (name === 'id') return { key, is: 'ID' }
    if (isWhole(selected)) return wholeEntry(selected, indexOf)
    return { key, is: 'MERGED', index: indexOf(key) }
  })
}

function selectedIn(merged: MergedField): readonly string[] {
  return 'places' in merged
    ? merged.places.flatMap(({ fields }) => fieldNames(merged.row, fields))
    : fieldNames(merged.type, merged.fields)
}

/** Names of the variables that decide `@skip` and `@include`: with other values of them, an operation has another plan. */
export function directiveVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: (directive) => {
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      }
    },
  })
  return [...names].sort()
}
