import type { PatientIdentifier } from '@kilde/contract'
import type { Holds } from '@kilde/locate'
import { completenessOf } from '../question/connection.js'
import type { AskedOfSeveral, FoundField, Part, PartContext } from '../question/fields/field.js'
import { isProbed, probe, saidIn } from './probe.js'

/** Whether anything is held of a patient, for each of several classes: what `Patient.availability` and the status probe ask. */
export function askPresence(given: readonly string[], patient: PatientIdentifier): AskedOfSeveral {
  const classes = [...new Set(given)]
  return {
    of: classes.filter(isProbed).map((dataClass) => probe(dataClass, patient)),
    join: (found) => ({
      known: [...found.values()].some(({ known }) => known),
      part: (context) => partOf(classes, found, context),
    }),
  }
}

function partOf(
  classes: readonly string[],
  found: ReadonlyMap<string, FoundField>,
  context: PartContext,
): Part {
  const said = classes.map((dataClass) => {
    const field = found.get(dataClass)
    return { dataClass, ...(field ? saidIn(field, context) : NOTHING_SAID) }
  })
  const asOfMs = Math.min(...said.map((one) => one.asOfMs ?? Number.POSITIVE_INFINITY))
  const withheld = said.find((one) => one.withheld !== 'NONE')?.withheld ?? 'NONE'
  const items = said.map(({ dataClass, holds, asOfMs: ms }) => ({
    ...{ dataClass, holds, source: { number: context.organization } },
    asOf: new Date(ms ?? asOfMs).toISOString(),
  }))
  return {
    edges: [],
    content: () => ({
      items,
      ...completenessOf({ ...context, asOfMs, withheld, returned: items.length, dropped: 0 }),
    }),
    items: () => [],
    isPartial: () => said.some(({ holds }) => holds === 'UNKNOWN'),
  }
}

/** A class that the requester may not ask for, that is none, or of which nothing is ever said. */
const NOTHING_SAID: {
  readonly holds: Holds
  readonly asOfMs: undefined
  readonly withheld: 'ROLE'
} = { holds: 'UNKNOWN', asOfMs: undefined, withheld: 'ROLE' }
