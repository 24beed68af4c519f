import { endOf, startOf } from './instant.js'
import type { Agreement, CatalogueState, Membership, OrganizationEntry } from './state.js'

interface TimedAgreement {
  readonly agreement: Agreement
  readonly fromMs: number
  readonly untilMs: number
}

/** A state made ready for questions. */
export interface Lookup {
  /** All organisations, by number. */
  readonly organizations: readonly OrganizationEntry[]
  organization(number: string): OrganizationEntry | undefined
  /** The organisation itself, or the legal entity of a sub-unit. */
  legalEntity(number: string): OrganizationEntry | undefined
  /** The organisation itself, or who took over when it was closed. */
  heir(number: string): OrganizationEntry | undefined
  agreementsOf(consumer: string): readonly TimedAgreement[]
  /** Whether it takes part at that instant: a valid membership, and terms accepted by then. */
  isMember(number: string, atMs: number): boolean
}

const made = new WeakMap<CatalogueState, Lookup>()

/** Made once per state: states never change, a new one replaces the old. */
export function lookupOf(state: CatalogueState): Lookup {
  const known = made.get(state)
  if (known !== undefined) return known
  const lookup = createLookup(state)
  made.set(state, lookup)
  return lookup
}

function createLookup(state: CatalogueState): Lookup {
  const entries = new Map(state.organizations.map((entry) => [entry.number, entry]))
  const agreements = groupByConsumer(state.agreements)
  const memberships = new Map(state.memberships.map((row) => [row.organization, row]))
  return {
    organizations: [...state.organizations].sort((a, b) => (a.number < b.number ? -1 : 1)),
    organization: (number) => entries.get(number),
    legalEntity: (number) => entries.get(entries.get(number)?.parent ?? number),
    heir: (number) => heirOf(number, entries),
    agreementsOf: (consumer) => agreements.get(consumer) ?? [],
    isMember: (number, atMs) => isMember(memberships.get(number), atMs),
  }
}

function groupByConsumer(agreements: readonly Agreement[]): Map<string, TimedAgreement[]> {
  const groups = new Map<string, TimedAgreement[]>()
  for (const agreement of agreements) {
    const timed = {
      agreement,
      fromMs: startOf(agreement.validFrom),
      untilMs: endOf(agreement.validTo),
    }
    const group = groups.get(agreement.consumer)
    if (group === undefined) groups.set(agreement.consumer, [timed])
    else group.push(timed)
  }
  return groups
}

// The registry refuses circles; a follower does not rely on that, or one bad state would hang it.
function heirOf(number: string, entries: ReadonlyMap<string, OrganizationEntry>) {
  let entry = entries.get(number)
  for (let steps = 0; entry?.successor !== undefined; steps += 1) {
    if (steps > entries.size) return undefined
    entry = entries.get(entry.successor)
  }
  return entry
}

function isMember(membership: Membership | undefined, atMs: number): boolean {
  if (membership === undefined) return false
  if (atMs < startOf(membership.validFrom) || atMs >= endOf(membership.validTo)) return false
  return membership.acceptedTerms.some((terms) => startOf(terms.date) <= atMs)
}
