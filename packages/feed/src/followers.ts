import type { KildeError } from '@kilde/service'

/** One connection of a follower. */
export interface Connection {
  readonly clientId: string
  readonly name: string
  readonly instance: string
  /** Sends one event. False when the follower takes too little of what it is sent: it is cut. */
  send(event: string, data: string): boolean
  close(): void
}

interface Reached {
  /** Followers as `<client>/<name>`. */
  readonly acknowledged: readonly string[]
  readonly missing: readonly string[]
}

/** A process that follows, for people. */
export interface FollowerState {
  /** `<client>/<name>` */
  readonly name: string
  /** Version that it acknowledged last; null before its first. */
  readonly version: number | null
  /** RFC 3339. */
  readonly connectedAt: string
}

export interface FollowersOptions {
  /** Most at once. */
  readonly most: number
  readonly now: () => number
  /** What is thrown where there are as many as that. */
  readonly full: () => KildeError
  /** What is thrown where one that is not connected speaks. */
  readonly unknown: () => KildeError
}

/** Who follows, and by which version each goes. */
export interface Followers {
  /** @throws `full` */
  requireRoom(): void
  /** Replaces an older connection of the same instance. Answers how to leave. */
  join(connection: Connection): () => void
  /** `data` may be another for each connection; undefined: it is sent nothing. */
  broadcast(event: string, data: string | ((connection: Connection) => string | undefined)): void
  /** @throws `unknown` */
  acknowledge(follower: { clientId: string; instance: string; version: number }): void
  /**
   * Waits until all who are connected now go by this version or a later one, or the wait is over. One that leaves
   * meanwhile stays missing, unless it comes back and says so.
   */
  reached(version: number, waitMs: number): Promise<Reached>
  list(): readonly FollowerState[]
  closeAll(): void
}

interface Member {
  readonly connection: Connection
  readonly connectedAt: string
  version: number | null
}

interface Waiter {
  readonly version: number
  readonly missing: Set<string>
  done(): void
}

export function createFollowers({ most, now, full, unknown }: FollowersOptions): Followers {
  const members = new Map<string, Member>()
  const waiters = new Set<Waiter>()

  function heard(key: string, version: number): void {
    for (const waiter of waiters) {
      if (version < waiter.version || !waiter.missing.delete(key)) continue
      if (waiter.missing.size === 0) waiter.done()
    }
  }

  async function reached(version: number, waitMs: number): Promise<Reached> {
    const asked = new Map([...members].map(([key, member]) => [key, nameOf(member.connection)]))
    const missing = new Set(
      [...members].filter(([, m]) => (m.version ?? -1) < version).map(([key]) => key),
    )
    if (missing.size > 0) await waitFor({ version, missing }, waitMs, waiters)
    const names = (isMissing: boolean): string[] =>
      [...asked]
        .filter(([key]) => missing.has(key) === isMissing)
        .map(([, name]) => name)
        .sort()
    return { acknowledged: names(false), missing: names(true) }
  }

  return {
    requireRoom() {
      if (members.size >= most) throw full()
    },
    join(connection) {
      const key = keyOf(connection)
      members.get(key)?.connection.close()
      const member: Member = {
        connection,
        connectedAt: new Date(now()).toISOString(),
        version: null,
      }
      members.set(key, member)
      return () => {
        if (members.get(key) === member) members.delete(key)
      }
    },
    broadcast(event, data) {
      for (const { connection } of members.values()) {
        const own = typeof data === 'string' ? data : data(connection)
        if (own !== undefined && !connection.send(event, own)) connection.close()
      }
    },
    acknowledge({ clientId, instance, version }) {
      const key = keyOf({ clientId, instance })
      const member = members.get(key)
      if (member === undefined) throw unknown()
      member.version = Math.max(member.version ?? 0, version)
      heard(key, version)
    },
    reached,
    list: () => [...members.values()].map(statusOf),
    closeAll() {
      for (const { connection } of members.values()) connection.close()
    },
  }
}

function waitFor(
  wanted: Omit<Waiter, 'done'>,
  waitMs: number,
  waiters: Set<Waiter>,
): Promise<void> {
  return new Promise((resolve) => {
    const waiter = { ...wanted, done }
    const timer = setTimeout(done, waitMs)
    waiters.add(waiter)
    function done(): void {
      clearTimeout(timer)
      waiters.delete(waiter)
      resolve()
    }
  })
}

function statusOf({ connection, connectedAt, version }: Member): FollowerState {
  return { name: nameOf(connection), version, connectedAt }
}

function nameOf({ clientId, name }: Connection): string {
  return `${clientId}/${name}`
}

/** An instance belongs to the client that connected it: another client can neither replace it nor speak for it. */
function keyOf({ clientId, instance }: Pick<Connection, 'clientId' | 'instance'>): string {
  return JSON.stringify([clientId, instance])
}
