import type { Telemetry } from '@kilde/service'
import { getOperationAST, Kind, parse } from 'graphql'
import type { Answered, Asked } from './path/stage.js'
import type { RegisteredOperations } from './registered-operations.js'

type Run = (asked: Asked) => Promise<Answered>

/**
 * Tells telemetry which operation is carried out: by its name where it is registered. Any other name is a client's own choice, of which
 * there may be endlessly many.
 */
export function runNamed(
  telemetry: Telemetry,
  registered: RegisteredOperations | undefined,
  run: Run,
): Run {
  if (!telemetry.isOn) return run
  const names = namesOf(registered)
  return (asked) => {
    const { document, name } = asked.operation
    const called = getOperationAST(document, name)?.name?.value ?? ''
    telemetry.note({ 'kilde.operation': names.has(called) ? called : 'other' })
    return run(asked)
  }
}

function namesOf(registered: RegisteredOperations = new Map()): ReadonlySet<string> {
  const definitions = [...registered.values()].flatMap((text) => parse(text).definitions)
  return new Set(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name
        ? [definition.name.value]
        : [],
    ),
  )
}
