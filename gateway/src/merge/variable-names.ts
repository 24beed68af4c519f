import type { OperationDefinitionNode } from 'graphql'

/**
 * Names of the variables that the operation for sources has besides the client's: of the patient, and of each merged field.
 * The client may call its own as it likes: what both call the same would be one variable, and sources would be asked
 * something else than the client did.
 */
export interface VariableNames {
  readonly patient: string
  /** Of one merged field: its arguments, `ask` and `end`. */
  of(name: string, index: number): string
}

/** Names of fields' variables as no client's variable is called: with so many underscores as that takes. */
export function fieldVariables({
  variableDefinitions = [],
}: OperationDefinitionNode): VariableNames['of'] {
  let gap = '_'
  const isTaken = (): boolean =>
    variableDefinitions.some(({ variable }) => new RegExp(`${gap}\\d+$`).test(variable.name.value))
  while (isTaken()) gap += '_'
  return (name, index) => `${name}${gap}${index}`
}
