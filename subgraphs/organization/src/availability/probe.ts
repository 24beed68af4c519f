import type { PatientIdentifier } from '@kilde/contract'
import type { Holds } from '@kilde/locate'
import { classNamed, classNames } from '../classes/index.js'
import { fhirStatus } from '../question/arguments.js'
import type {
  AskedField,
  FoundField,
  Part,
  PartContext,
  Sources,
} from '../question/fields/field.js'
import type { WithheldHere } from '../sources/restrict.js'

/** Classes that can be looked at. Logs are everybody's who shares anything: of them nothing is said here. */
export const isProbed = (dataClass: string): boolean =>
  dataClass === 'Observation' || dataClass === 'Patient' || classNames.includes(dataClass)

/** What one organisation says of one class. */
export interface Said {
  readonly holds: Holds
  readonly asOfMs: number
  readonly withheld: WithheldHere
}

/** FHIR ObservationStatus: also what was withdrawn corrects copies elsewhere. */
const STATUS = [
  ...['registered', 'preliminary', 'final', 'amended', 'corrected'],
  ...['cancelled', 'entered-in-error', 'unknown'],
]

/** Looks whether there is one row, within all that policy closes, and reads nothing of it. */
export function probe(dataClass: string, patient: PatientIdentifier): AskedField {
  return {
    dataClass,
    async read(source, signal) {
      const { known, isThere, asOfMs } = await look(dataClass, patient, source, signal)
      return {
        known,
        part: (context) => partOf(saidOf(isThere, asOfMs, context)),
      }
    },
  }
}

/** What a part of {@link probe} says. */
export const saidIn = (found: FoundField, context: Parameters<FoundField['part']>[0]): Said =>
  found.part(context).content([]) as Said

interface Looked {
  readonly known: boolean
  readonly isThere: boolean
  readonly asOfMs: number
}

const ONE_ROW = { order: 'NEWEST_FIRST', limit: 1, elements: [], count: false } as const

async function look(
  dataClass: string,
  patient: PatientIdentifier,
  source: Sources,
  signal: AbortSignal,
): Promise<Looked> {
  if (dataClass === 'Patient') {
    const { known, names, asOfMs } = await source.names({ patient }, signal)
    return { known, isThere: names.length > 0, asOfMs }
  }
  if (dataClass === 'Observation') {
    const one = { ...ONE_ROW, patient, status: STATUS, abnormalOnly: false }
    const { known, rows, asOfMs } = await source.read(one, signal)
    return { known, isThere: rows.length > 0, asOfMs }
  }
  const status = classNamed(dataClass).view.statuses.map(fhirStatus)
  const one = { ...ONE_ROW, class: dataClass, patient, status, facets: {} }
  const page = await source.rows({ ...one, related: false, rivals: false }, signal)
  // Resources that make no row, and those that were too many, may yet be something.
  const isThere = page.rows.length > 0 || page.dropped > 0 || page.truncated
  return { known: page.known, isThere, asOfMs: page.asOfMs }
}

/** Where something is withheld, never told of, or held under a number that is not followed, a no would be a lie or tell something. */
function saidOf(
  isThere: boolean,
  asOfMs: number,
  { withheld = 'NONE', linkUnknown }: Pick<PartContext, 'withheld' | 'linkUnknown'>,
): Said {
  const holds = withheld !== 'NONE' || linkUnknown ? 'UNKNOWN' : isThere ? 'YES' : 'NO'
  return { holds, asOfMs, withheld: withheld as WithheldHere }
}

const partOf = (said: Said): Part => ({
  edges: [],
  content: () => said,
  items: () => [],
  isPartial: () => false,
})
