import type { Distribution } from '../distribute/distribution.js'
import type { People } from '../people/people.js'
import type { Ledger } from '../settings/ledger.js'
import { representationOf } from '../settings/representation.js'
import { isOpen } from '../settings/statement.js'
import type { Gathered, Noted } from './stage.js'

export interface GatherParts {
  readonly ledger: Ledger
  readonly people: People
  readonly distribution: Pick<Distribution, 'states'>
  readonly now: () => number
}

/** What holds or will hold for the person, and where it is in force. */
export function createGather({ ledger, people, distribution, now }: GatherParts) {
  return (noted: Noted): Gathered => {
    const all = ledger.statementsOf(noted.person)
    return {
      ...noted,
      statements: all.filter((one) => isOpen(one, now())),
      representation: representationOf(noted.person, all, people, now()),
      nodes: distribution.states(ledger.mark.version),
    }
  }
}
