import { type Connection, createFollowers, type Followers, signJson } from '@kilde/feed'
import {
  CONFIRMATION_TYPE,
  type Confirmation,
  createNodeKey,
  deriveNodeKey,
  ENTRIES_TYPE,
  type Entries,
  feedEvents,
  type Mark,
  type NodeKey,
} from '@kilde/privacy'
import type { Logger } from '@kilde/service'
import type { PrivateJwk } from '@kilde/trust'
import { PrivacyError } from '../errors.js'
import { type EntryParts, entryFor } from './entry.js'
import { createNodeStates, type NodeState } from './node-states.js'

export interface DistributionOptions extends EntryParts {
  /** Organisation numbers of the nodes that there are now. */
  readonly organizations: () => readonly string[]
  /** Signs what is sent. */
  readonly signingKey: PrivateJwk
  /** 32 bytes, of which each node's key is derived. */
  readonly nodeKey: Uint8Array
  /** False: this service may not be the only one any more, and confirms nothing. */
  readonly healthy: () => boolean
  readonly logger: Logger
}

/** Brings every change to every node that it concerns. */
export interface Distribution {
  readonly followers: Followers
  /** Sends what has changed since the last time; concerns connected nodes, others catch up when they come. */
  publish(): Promise<void>
  /** What a node lacks that holds `mark`, signed for it, and the mark it has then. */
  catchUp(organization: string, mark: Mark | undefined): Promise<{ mark: Mark; jws: string }>
  confirm(): Promise<void>
  /** Waits until the connected nodes go by a version, or the wait is over. */
  reached(version: number, waitMs: number): Promise<readonly NodeState[]>
  states(version: number): readonly NodeState[]
}

/** Most processes that follow at once. */
const MOST_FOLLOWERS = 5_000

export function createDistribution(options: DistributionOptions): Distribution {
  const { ledger, people, organizations, signingKey, now, logger } = options
  const followers = createFollowers({
    most: MOST_FOLLOWERS,
    now,
    full: () => new PrivacyError('PRIVACY_FULL'),
    unknown: () => new PrivacyError('PRIVACY_FOLLOWER_UNKNOWN'),
  })
  const keyFor = nodeKeys(options.nodeKey)
  const states = createNodeStates({ organizations, connected: () => followers.list(), now })
  const signed = (organization: string) => ({
    organization,
    issuedAt: new Date(now()).toISOString(),
    baseDataAsOf: new Date(people.asOfMs()).toISOString(),
  })
  let published = ledger.mark
  let last: Promise<unknown> = Promise.resolve()

  function entriesFor(organization: string, after: Mark | undefined): Entries {
    if (!organizations().includes(organization)) throw new PrivacyError('PRIVACY_NOT_ALLOWED')
    const key = keyFor(organization)
    const { mark } = ledger
    const changed = ledger.changedAfter(after)
    const persons = changed ?? ledger.changedAfter(undefined) ?? []
    return {
      ...signed(organization),
      ...(changed && after && { after }),
      mark,
      entries: Object.fromEntries(
        persons.map((person) => {
          const entry = entryFor(person, { organization, key }, options)
          return [key.digest(person), entry ? key.seal(person, entry) : null]
        }),
      ),
    }
  }
  const sign = (entries: Entries) => signJson(entries, ENTRIES_TYPE, signingKey)

  async function publishNow(): Promise<void> {
    const after = published
    const { mark } = ledger
    if (mark === after) return
    // All of it before anything waits, so that every node is told the same mark.
    const entries = connectedOrganizations(followers, organizations()).map((organization) =>
      entriesFor(organization, after),
    )
    published = mark
    const messages = new Map<string, string>()
    for (const one of entries) messages.set(one.organization, await sign(one))
    followers.broadcast(feedEvents.entries, ({ name }: Connection) => messages.get(name))
  }

  return {
    followers,
    publish() {
      const publishing = last.then(publishNow)
      last = publishing.catch((error: unknown) => {
        logger.error({ fault: String(error) }, 'a change could not be sent; nodes catch up')
      })
      return publishing
    },
    async catchUp(organization, mark) {
      const entries = entriesFor(organization, mark)
      return { mark: entries.mark, jws: await sign(entries) }
    },
    async confirm() {
      if (!options.healthy()) return
      states.seen()
      const { mark } = ledger
      const confirmed = connectedOrganizations(followers, organizations()).map(
        async (organization) => {
          const confirmation: Confirmation = { ...signed(organization), mark }
          return [
            organization,
            await signJson(confirmation, CONFIRMATION_TYPE, signingKey),
          ] as const
        },
      )
      const messages = new Map(await Promise.all(confirmed))
      // While it was signed a change may have gone out, which is a confirmation by itself.
      if (ledger.mark !== mark || published !== mark) return
      followers.broadcast(feedEvents.confirmation, ({ name }: Connection) => messages.get(name))
    },
    async reached(version, waitMs) {
      await followers.reached(version, waitMs)
      return states.at(version)
    },
    states: (version) => states.at(version),
  }
}

/** Each organisation's key, derived once. */
function nodeKeys(master: Uint8Array): (organization: string) => NodeKey {
  const known = new Map<string, NodeKey>()
  return (organization) => {
    const key = known.get(organization) ?? createNodeKey(deriveNodeKey(master, organization))
    known.set(organization, key)
    return key
  }
}

function connectedOrganizations(
  followers: Followers,
  organizations: readonly string[],
): readonly string[] {
  const names = followers.list().map(({ name }) => name)
  return organizations.filter((one) => names.some((name) => name.endsWith(`/${one}`)))
}
