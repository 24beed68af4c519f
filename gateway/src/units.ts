import { isUcumUnit } from '@kilde/contract'
import { type DocumentNode, Kind, visit } from 'graphql'
import { GatewayError } from './errors.js'

/**
 * Checks the units that a document names itself, and answers the variables that name the others. A unit that no source
 * can read would make every source look broken.
 * @throws GatewayError `ARGUMENT_OUT_OF_RANGE`
 */
export function readUnits(document: DocumentNode): readonly string[] {
  const variables = new Set<string>()
  visit(document, {
    Argument({ name, value }) {
      if (name.value !== 'unit') return
      if (value.kind === Kind.VARIABLE) variables.add(value.name.value)
      else if (value.kind === Kind.STRING) checkUnit(value.value)
    },
  })
  return [...variables]
}

/** @throws GatewayError `ARGUMENT_OUT_OF_RANGE` */
export function checkUnits(
  names: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): void {
  for (const name of names) checkUnit(variables[name])
}

/** What is no text at all is for GraphQL's own rules. */
function checkUnit(unit: unknown): void {
  if (typeof unit !== 'string' || isUcumUnit(unit)) return
  throw new GatewayError('ARGUMENT_OUT_OF_RANGE', {
    text: '`unit` must be a unit of UCUM, e.g. mm[Hg].',
  })
}
