import { randomUUID } from 'node:crypto'
import { type Caller, createCaller, createFollowing, streamDispatcher } from '@kilde/feed'
import type { Logger, PartHealth } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import type { PrivacyLookup } from '../types.js'
import { createHolding } from './holding.js'
import { createNodeKey } from './node-key.js'
import { privacyAudience, privacyScopes } from './protocol.js'
import { faults, subscribe } from './subscription.js'

export interface PrivacyFollowerOptions {
  /** Base URL of the privacy service. */
  readonly privacyUrl: string
  /** The service's public keys, pinned by configuration. */
  readonly keys: JSONWebKeySet
  /** Organisation number whose copies are meant. */
  readonly organization: string
  /** The organisation's key: 32 bytes, see `deriveNodeKey`. */
  readonly nodeKey: Uint8Array
  /** A client of that organisation with the scope `kilde:privacy/follow`. */
  readonly tokens: TokenClient
  /** Names this process to people: letters, digits and `. _ -`, at most 64. */
  readonly name: string
  readonly logger: Logger
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** From 0 to below 1. */
  readonly random?: () => number
  /** Age of the last confirmation (milliseconds) above which health says so; silence for so long ends a connection. Default 15 000. */
  readonly staleAfterMs?: number
  /** Age above which every view is `UNKNOWN`. Default 900 000 (15 minutes). */
  readonly expiresAfterMs?: number
  /** How long `start` waits for the first settings (milliseconds). Default 5 000. */
  readonly startWaitMs?: number
}

/** One organisation's copy of the settings that concern it. */
export interface PrivacyFollower extends PrivacyLookup {
  /** Resolves with the first settings, or after `startWaitMs` without; then it goes on trying. Never rejects. */
  start(): Promise<void>
  /** Tells age and version; not ok once they may no longer be used. */
  health(): PartHealth
  stop(): Promise<void>
}

export function createPrivacyFollower(options: PrivacyFollowerOptions): PrivacyFollower {
  const { organization, logger, now = Date.now, random = Math.random, keys } = options
  const { staleAfterMs = 15_000, expiresAfterMs = 900_000, startWaitMs = 5_000 } = options
  const key = createNodeKey(options.nodeKey)
  const holding = createHolding({ organization, key, now, staleAfterMs, expiresAfterMs })
  const dispatcher = streamDispatcher(staleAfterMs)
  const service = callerOf(options, dispatcher, now)
  const id = { name: options.name, instance: randomUUID() }
  const following = createFollowing({
    what: 'the privacy service',
    attempt: (onContact, ending) =>
      subscribe(
        { service, keys, id, organization, holding, onContact: contact(onContact) },
        ending,
      ),
    logger,
    random,
    startWaitMs,
  })
  const contact = (onContact: () => void) => (): void => {
    onContact()
    following.ready()
  }
  return {
    start: () => following.start(),
    view: (patient) => holding.view(patient),
    digest: (person) => holding.digest(person),
    health: () => holding.health(),
    async stop() {
      await following.stop()
      await dispatcher.destroy()
    },
  }
}

function callerOf(
  { privacyUrl, tokens }: PrivacyFollowerOptions,
  dispatcher: ReturnType<typeof streamDispatcher>,
  now: () => number,
): Caller {
  return createCaller({
    baseUrl: privacyUrl,
    audience: privacyAudience,
    scope: privacyScopes.follow,
    tokens,
    dispatcher,
    now,
    faults,
  })
}
