import type { Logger } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'

/** What every follower of a signed feed is given. */
export interface FollowOptions {
  /** Public keys of whoever is followed, pinned by configuration: nothing is taken on the word of the connection. */
  readonly keys: JSONWebKeySet
  /** A client that may have the scope to follow. */
  readonly tokens: TokenClient
  /** Names this process to people: letters, digits and `. _ -`, at most 64. */
  readonly name: string
  readonly logger: Logger
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** From 0 to below 1. */
  readonly random?: () => number
  /** Age of the last confirmation (milliseconds) above which health says so; silence for so long ends a connection. Default 15 000 (15 seconds). */
  readonly staleAfterMs?: number
  /** Age above which what is held may not be used. Default 900 000 (15 minutes). */
  readonly expiresAfterMs?: number
  /** How long `start` waits for the first of it (milliseconds). Default 5 000 (5 seconds). */
  readonly startWaitMs?: number
}

/** The clock, the chance and the times that a follower goes by. */
export const timingOf = (options: FollowOptions) => {
  const { now = Date.now, random = Math.random } = options
  const { staleAfterMs = 15_000, expiresAfterMs = 900_000, startWaitMs = 5_000 } = options
  return { now, random, staleAfterMs, expiresAfterMs, startWaitMs }
}
