import type { MeasurementKind } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import type { Place } from '../fhir/parties.js'

/** One line that an organisation keeps, and what it is. */
export interface Entry {
  /** Whose file it stands in. */
  readonly place: Place
  readonly kind: MeasurementKind
  readonly observation: Observation
  /**
   * `COPY`: of another organisation's, with its identifier. `DUPLICATE`: the same again without identifier. `CORRECTION` and
   * `WITHDRAWAL`: a later version of a line before it.
   */
  readonly what: 'ORIGINAL' | 'COPY' | 'DUPLICATE' | 'CORRECTION' | 'WITHDRAWAL'
  readonly author: 'patient' | 'staff'
  /** When it was really measured, whatever the device's clock says (epoch milliseconds). */
  readonly measuredMs: number
  /** When the organisation got it (epoch milliseconds): the order of its file. */
  readonly arrivedMs: number
}

/** What befell the lines of a patient that the lines themselves do not tell at once. */
export interface Incidents {
  /** Home measurements that were to be made and were not, outside of gaps. */
  missed: number
  /** Periods of a week or more without home measurements. */
  gaps: number
  /** Issued more than 12 hours after they were measured. */
  late: number
  /** With the time of a wrong clock. */
  wrongClock: number
  /** With a number that no body can have. */
  implausible: number
  /** NEWS2 totals that their parts do not add up to. */
  scoreMismatches: number
  handOvers: number
}

export const noIncidents = (): Incidents => ({
  missed: 0,
  gaps: 0,
  late: 0,
  wrongClock: 0,
  implausible: 0,
  scoreMismatches: 0,
  handOvers: 0,
})
