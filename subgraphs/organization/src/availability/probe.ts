import type { PatientIdentifier } from '@kilde/contract'
import type { Holds } from '@kilde/locate'
import type { AskedField, Part } from '../question/fields/field.js'

/** Of other classes nothing is said here: they are asked for. */
export const isProbed = (dataClass: string): dataClass is 'Observation' =>
  dataClass === 'Observation'

/** FHIR ObservationStatus: also what was withdrawn corrects copies elsewhere. */
const STATUS = [
  ...['registered', 'preliminary', 'final', 'amended', 'corrected'],
  ...['cancelled', 'entered-in-error', 'unknown'],
]

/** Looks whether there is one row, within all that policy closes, and reads nothing of it. */
export function probe(dataClass: 'Observation', patient: PatientIdentifier): AskedField {
  return {
    dataClass,
    async read(source, signal) {
      const { known, rows } = await source.read(
        {
          ...{ patient, status: STATUS, abnormalOnly: false, order: 'NEWEST_FIRST', limit: 1 },
          ...{ elements: [], count: false },
        },
        signal,
      )
      return {
        known,
        part: ({ withheld, linkUnknown }) =>
          partOf(holds(rows.length > 0, linkUnknown ? 'LINK' : withheld)),
      }
    },
  }
}

/** Where something is withheld, never told of, or held under a number that is not followed, a no would be a lie or tell something. */
function holds(isThere: boolean, withheld = 'NONE'): Holds {
  if (withheld !== 'NONE') return 'UNKNOWN'
  return isThere ? 'YES' : 'NO'
}

const partOf = (answer: Holds): Part => ({
  edges: [],
  content: () => ({ holds: answer }),
  items: () => [],
  isPartial: () => false,
})
