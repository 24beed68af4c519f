import type { FollowerState } from '@kilde/feed'

/**
 * Whether a node goes by a version: `IN_FORCE`, it has said so; `WAITING`, it has not, and may decide by an older one;
 * `CUT_OFF`, it has heard nothing for so long that it refuses every ordinary access.
 */
export interface NodeState {
  readonly organization: string
  readonly state: 'IN_FORCE' | 'WAITING' | 'CUT_OFF'
}

export interface NodeStatesOptions {
  /** Those that have a node now. */
  readonly organizations: () => readonly string[]
  readonly connected: () => readonly FollowerState[]
  readonly now: () => number
}

/** A node denies after 15 minutes; its clock and ours may differ by a minute. */
const CUT_OFF_MS = 16 * 60_000

/** Keeps when each organisation was last connected. */
export function createNodeStates({ organizations, connected, now }: NodeStatesOptions) {
  const startedMs = now()
  const lastMs = new Map<string, number>()
  const followersOf = (organization: string): readonly FollowerState[] =>
    connected().filter(({ name }) => name.endsWith(`/${organization}`))
  return {
    /** To be called now and then while they are connected. */
    seen(): void {
      for (const organization of organizations()) {
        if (followersOf(organization).length > 0) lastMs.set(organization, now())
      }
    },
    at(version: number): readonly NodeState[] {
      this.seen()
      return organizations().map((organization) => {
        const followers = followersOf(organization)
        if (followers.length > 0) {
          const all = followers.every((one) => (one.version ?? -1) >= version)
          return { organization, state: all ? 'IN_FORCE' : 'WAITING' }
        }
        const silentMs = now() - (lastMs.get(organization) ?? startedMs)
        return { organization, state: silentMs > CUT_OFF_MS ? 'CUT_OFF' : 'WAITING' }
      })
    },
  }
}
