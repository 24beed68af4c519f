import { type Lookup, lookupOf } from './lookup.js'
import { audienceOf, type CatalogueState, type OrganizationEntry } from './state.js'

export interface ProviderQuery {
  /** The requester's organisation (a sub-unit counts as its legal entity), or `citizen`. */
  readonly consumer: string
  /** E.g. `Observation`. */
  readonly dataClass: string
  /** Purpose of use, e.g. `TREAT`. Not looked at for a citizen, nor for the requester's own organisation. */
  readonly purpose: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface LocatedProvider {
  readonly number: string
  readonly name: string
  /** Base URL; GraphQL is at `<endpoint>/graphql`. */
  readonly endpoint: string
  /** Other base URLs that answer as `endpoint` does. */
  readonly replicas?: readonly string[]
  readonly audience: string
  /** Who must have signed what it is asked. Absent: the gateway. */
  readonly requestSignature?: 'GATEWAY' | 'REQUESTER'
  readonly contractVersion: string
  /** Only an `ACTIVE` one is asked. The others are reported as not asked: they may hold data. */
  readonly state: OrganizationEntry['state']
  readonly ground: 'OWN' | 'AGREEMENT' | 'CITIZEN'
  /** Ids of the agreements by which it was found; none for a citizen. */
  readonly agreements: readonly string[]
  /** Closed organisations whose data it now holds and through which it was found. */
  readonly predecessors: readonly string[]
}

/**
 * Who may hold data of this class and may be asked for this purpose now, by number, each once:
 * - the requester's own organisation, always;
 * - providers of agreements that are valid at that instant for class and purpose, where both parties are members with
 *   accepted terms;
 * - for a citizen, everyone that serves citizens: a citizen's right to see is not a matter of agreements or memberships.
 *   Access logs (class `AuditEvent`) are everybody's who shares anything.
 * In the place of a closed organisation stands its successor. Nothing for an unknown requester.
 */
export function locateProviders(
  state: CatalogueState,
  query: ProviderQuery,
): readonly LocatedProvider[] {
  const lookup = lookupOf(state)
  const found = new Map<string, LocatedProvider>()
  for (const candidate of candidatesFor(lookup, query)) {
    const heir = lookup.heir(candidate.provider)
    if (heir === undefined || !shares(heir, query.dataClass)) continue
    if (!mayBeAsked(lookup, heir, candidate, query)) continue
    const located = describe(heir, candidate, found.get(heir.number))
    if (located !== undefined) found.set(heir.number, located)
  }
  return [...found.values()].sort((a, b) => (a.number < b.number ? -1 : 1))
}

/** The ground on which this provider may be asked, or undefined where there is none. A node asks it about itself. */
export function groundFor(
  state: CatalogueState,
  query: ProviderQuery & { readonly provider: string },
): LocatedProvider | undefined {
  return locateProviders(state, query).find(({ number }) => number === query.provider)
}

/**
 * Whoever shares any class of data keeps a log of it and answers for it (pasientjournalloven § 22): a log that was left out
 * by its own registration would be missing without a word.
 */
const shares = ({ dataClasses }: OrganizationEntry, dataClass: string): boolean =>
  dataClasses.includes(dataClass) || (dataClass === ACCESS_LOG && dataClasses.length > 0)

/** Class of access logs (FHIR AuditEvent). */
const ACCESS_LOG = 'AuditEvent'

interface Candidate {
  readonly provider: string
  readonly ground: LocatedProvider['ground']
  readonly agreement?: string
}

function candidatesFor(lookup: Lookup, query: ProviderQuery): readonly Candidate[] {
  if (query.consumer === 'citizen') {
    return (
      lookup.organizations
        // Insight in the log does not hang on whether an organisation gives citizens its data.
        .filter((entry) => entry.servesCitizens || query.dataClass === ACCESS_LOG)
        .map((entry) => ({ provider: entry.number, ground: 'CITIZEN' }))
    )
  }
  const consumer = lookup.legalEntity(query.consumer)
  if (consumer === undefined) return []
  const own: Candidate = { provider: consumer.number, ground: 'OWN' }
  return [own, ...agreedCandidates(lookup, consumer.number, query)]
}

function agreedCandidates(lookup: Lookup, consumer: string, query: ProviderQuery): Candidate[] {
  if (!lookup.isMember(consumer, query.at)) return []
  return lookup
    .agreementsOf(consumer)
    .filter(({ fromMs, untilMs }) => fromMs <= query.at && query.at < untilMs)
    .map(({ agreement }) => agreement)
    .filter(({ dataClasses }) => dataClasses.includes(query.dataClass))
    .filter(({ purposes }) => purposes.includes(query.purpose))
    .map(({ id, provider }) => ({ provider, ground: 'AGREEMENT', agreement: id }))
}

function mayBeAsked(
  lookup: Lookup,
  heir: OrganizationEntry,
  candidate: Candidate,
  query: ProviderQuery,
): boolean {
  switch (candidate.ground) {
    case 'OWN':
      return true
    case 'AGREEMENT':
      return lookup.isMember(heir.number, query.at)
    case 'CITIZEN':
      return heir.servesCitizens || query.dataClass === ACCESS_LOG
  }
}

/** Own data come first among the candidates, so an agreement with a merged neighbour does not hide that they are own. */
function describe(
  heir: OrganizationEntry,
  { provider, ground, agreement }: Candidate,
  before: LocatedProvider | undefined,
): LocatedProvider | undefined {
  if (heir.endpoint === undefined) return undefined
  const agreements = before?.agreements ?? []
  const predecessors = before?.predecessors ?? []
  return {
    number: heir.number,
    name: heir.name,
    endpoint: heir.endpoint,
    ...(heir.replicas && { replicas: heir.replicas }),
    audience: audienceOf(heir),
    ...(heir.requestSignature && { requestSignature: heir.requestSignature }),
    contractVersion: heir.contractVersion,
    state: heir.state,
    ground: before?.ground ?? ground,
    agreements: agreement === undefined ? agreements : [...agreements, agreement],
    predecessors:
      provider === heir.number || predecessors.includes(provider)
        ? predecessors
        : [...predecessors, provider],
  }
}
