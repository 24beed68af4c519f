import type { OperationDefinitionNode } from 'graphql'

/**
 * Names of the variables that the operation for sources has besides the client's: of the patient, and of each merged field.
 * The client may call its own as it likes: what both call the same would be one variable, and sources would be asked
 * something else than the client did.
 */
export interface VariableNames {
  readonly patient: string
  /** Of one merged field: its arguments, `ask` and `end`. */
  readonly of: (name: string, index: number) => string
}

/** Names of fields' variables as no client's variable is called: with one underscore more than any of those has there. */
export function fieldVariables({
  variableDefinitions = [],
}: OperationDefinitionNode): VariableNames['of'] {
  const gaps = variableDefinitions.map(({ variable }) => gapIn(variable.name.value))
  const gap = '_'.repeat(1 + Math.max(0, ...gaps))
  return (name, index) => `${name}${gap}${index}`
}

/** How many underscores stand before the number at the end of a name. Each character is looked at once, however long it is. */
function gapIn(name: string): number {
  let end = name.length
  while (end > 0 && isDigit(name.charCodeAt(end - 1))) end -= 1
  if (end === name.length) return 0
  let start = end
  while (start > 0 && name[start - 1] === '_') start -= 1
  return end - start
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
