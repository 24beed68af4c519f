import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { GatewayError } from '../errors.js'
import type { Operation } from '../path/stage.js'

/** The request's own `patient` field: whom it is about, and what it says of sources and completion. */
export interface PatientField {
  readonly args: readonly ArgumentNode[]
  readonly definitions: readonly VariableDefinitionNode[]
}

/** @throws GatewayError `UNSUPPORTED_FETCH` where it has none */
export function patientField({ document, name }: Operation): PatientField {
  const operation = getOperationAST(document, name)
  const field = findPatient(document, operation?.selectionSet)
  if (!operation || !field) {
    throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'a join without a patient' })
  }
  const args = field.arguments ?? []
  const used = variablesOf(args)
  return {
    args,
    definitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
      used.has(variable.name.value),
    ),
  }
}

function findPatient(
  document: DocumentNode,
  set: SelectionSetNode | undefined,
): FieldNode | undefined {
  for (const selection of set?.selections ?? []) {
    const found = patientIn(document, selection)
    if (found) return found
  }
  return undefined
}

function patientIn(document: DocumentNode, selection: SelectionNode): FieldNode | undefined {
  if (selection.kind === Kind.FIELD) {
    return selection.name.value === 'patient' ? selection : undefined
  }
  if (selection.kind === Kind.INLINE_FRAGMENT) return findPatient(document, selection.selectionSet)
  const fragment = document.definitions.find(
    (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
  )
  return fragment?.kind === Kind.FRAGMENT_DEFINITION
    ? findPatient(document, fragment.selectionSet)
    : undefined
}

function variablesOf(args: readonly ArgumentNode[]): ReadonlySet<string> {
  const used = new Set<string>()
  for (const argument of args) {
    visit(argument, { Variable: ({ name }) => void used.add(name.value) })
  }
  return used
}
