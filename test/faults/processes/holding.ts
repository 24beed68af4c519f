import { patients } from '@kilde/people'
import { seeded } from '../../simulation/random.js'
import { createHoldings, type Holding } from '../../simulation/rows.js'

/** The two patients that every source has rows of, by national identity number (synthetic). */
export const patientNumbers = [patients.copd.identifier, patients.diabetes.identifier] as const

/** What a source holds: the same in its own process and in the test that knows what is right. */
export function holdingOf(number: string): Holding {
  return (
    createHoldings(seeded(Number(number)), [number], patientNumbers.length, false).get(number) ?? []
  )
}
