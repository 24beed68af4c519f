import { randomUUID } from 'node:crypto'
import {
  type Caller,
  createCaller,
  createFollowing,
  type FollowOptions,
  streamDispatcher,
  timingOf,
} from '@kilde/feed'
import type { PartHealth } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { PrivacyLookup } from '../types.js'
import { createHolding } from './holding.js'
import { createNodeKey } from './node-key.js'
import { privacyAudience, privacyScopes } from './protocol.js'
import { faults, subscribe } from './subscription.js'

/** Past `expiresAfterMs` every view is `UNKNOWN`. */
export interface PrivacyFollowerOptions extends FollowOptions {
  /** Base URL of the privacy service. */
  readonly privacyUrl: string
  /** Organisation number whose copies are meant. */
  readonly organization: string
  /** The organisation's key: 32 bytes, see `deriveNodeKey`. */
  readonly nodeKey: Uint8Array
  /** Called when settings have changed. */
  readonly onChange?: (() => void) | undefined
  /** A client of that organisation with the scope `kilde:privacy/follow`. */
  readonly tokens: TokenClient
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
  const { organization, logger, keys } = options
  const { now, random, staleAfterMs, expiresAfterMs, startWaitMs } = timingOf(options)
  const key = createNodeKey(options.nodeKey)
  const held = createHolding({ organization, key, now, staleAfterMs, expiresAfterMs })
  const holding: typeof held = {
    ...held,
    accept(entries) {
      held.accept(entries)
      options.onChange?.()
    },
  }
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
