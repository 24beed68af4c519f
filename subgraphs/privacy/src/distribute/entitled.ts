import { type CatalogueState, type Follower, maySupply } from '@kilde/catalogue'

/** A client that follows, or wants to, for an organisation. */
export interface Claimant {
  /** Number of the organisation whose settings are meant. */
  readonly organization: string
  readonly clientId: string
  /** Organisation of the client, from its token. */
  readonly owner: string | undefined
}

export interface EntitledParts {
  /** The registry's signed state. */
  readonly registry: Pick<Follower, 'current' | 'onChange'>
  /** For each organisation the only clients that may follow for it; one that is not in it may not at all. Absent: no narrowing. */
  readonly narrowing: Readonly<Record<string, readonly string[]>> | undefined
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Which organisations have a node by the registry's signed state, and who may follow for them. */
export interface Entitled {
  /** By the last state that there was, however old. */
  organizations(): readonly string[]
  /**
   * Whether a client may begin to follow.
   * @throws CatalogueError `CATALOGUE_UNAVAILABLE` where there is no state, or the last is older than 15 minutes
   */
  may(claimant: Claimant): boolean
  /** Whether one that follows may go on, by the last state that there was: silence of the registry ends nobody's access. */
  mayStill(claimant: Claimant): boolean
}

export function createEntitled({ registry, narrowing, now }: EntitledParts): Entitled {
  let last: CatalogueState | undefined
  registry.onChange((state) => {
    last = state
  })
  const isNamed = ({ organization, clientId }: Claimant): boolean =>
    narrowing === undefined ||
    (Object.hasOwn(narrowing, organization) &&
      (narrowing[organization]?.includes(clientId) ?? false))
  const isEntitled = (state: CatalogueState, claimant: Claimant): boolean =>
    isNamed(claimant) &&
    sharing(state).includes(claimant.organization) &&
    actsFor(state, claimant, now())
  return {
    organizations: () =>
      last === undefined
        ? []
        : sharing(last).filter((one) => narrowing === undefined || Object.hasOwn(narrowing, one)),
    may: (claimant) => isEntitled(registry.current().state, claimant),
    mayStill: (claimant) => last !== undefined && isEntitled(last, claimant),
  }
}

/** Whoever shares anything decides on it, for citizens without any membership: legal entities with a node, not closed. */
const sharing = ({ organizations }: CatalogueState): readonly string[] =>
  organizations
    .filter(
      ({ dataClasses, endpoint, successor }) =>
        dataClasses.length > 0 && endpoint !== undefined && successor === undefined,
    )
    .map(({ number }) => number)

/** For its own organisation, or for one that has named it as a supplier: a node hosts many, and asks with one client. */
function actsFor(state: CatalogueState, { organization, owner }: Claimant, at: number): boolean {
  if (owner === undefined) return false
  return owner === organization || maySupply(state, { supplier: owner, organization, at })
}
