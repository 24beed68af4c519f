import { type Follower, groundFor } from '@kilde/catalogue'
import type { Citizen, Professional } from '@kilde/trust'

/** On what the organisation may answer a requester at all. */
export interface Ground {
  readonly kind: 'OWN' | 'AGREEMENT' | 'CITIZEN' | 'NONE'
  /** The law behind it, for the access log. */
  readonly legalBasis?: string
}

/** @throws CatalogueError `CATALOGUE_UNAVAILABLE` where the registry has to be asked and its state is too old */
export type FindGround = (caller: Professional | Citizen, dataClass: string) => Ground

/** Own personnel need no agreement; others need one in the registry's signed state; citizens are served or not. */
export function createGrounds(
  organization: string,
  follower: Pick<Follower, 'current'>,
  now: () => number,
): FindGround {
  return (caller, dataClass) => {
    const consumer = caller.kind === 'citizen' ? 'citizen' : caller.organization
    if (consumer === organization) return OWN
    const { state } = follower.current()
    const query = { consumer, dataClass, purpose: caller.purpose, at: now() }
    const found = groundFor(state, { ...query, provider: organization })
    if (!found) return { kind: 'NONE' }
    if (found.ground === 'CITIZEN') {
      return { kind: 'CITIZEN', legalBasis: 'pasient- og brukerrettighetsloven § 5-1' }
    }
    if (found.ground === 'OWN') return OWN
    const agreement = state.agreements.find(({ id }) => found.agreements.includes(id))
    return { kind: 'AGREEMENT', ...(agreement && { legalBasis: agreement.legalBasis }) }
  }
}

const OWN: Ground = { kind: 'OWN', legalBasis: 'pasientjournalloven § 19, helsepersonelloven § 25' }
