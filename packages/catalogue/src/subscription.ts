import { acknowledge, type Caller, followEvents, type StreamEvent } from '@kilde/feed'
import type { JSONWebKeySet } from 'jose'
import type { Holding } from './holding.js'
import { type FollowerId, followerHeader, registryPaths, streamEvents } from './protocol.js'
import { registryFaults } from './registry-caller.js'
import { openConfirmation, openState } from './signature.js'
import type { CatalogueState } from './state.js'

export interface SubscriptionOptions {
  readonly registry: Caller
  readonly keys: JSONWebKeySet
  readonly id: FollowerId
  readonly holding: Holding
  readonly maxStateBytes: number
  /** A state was taken; it is acknowledged when this returns. */
  readonly onState: (state: CatalogueState) => void
  /** The registry has shown that it is there and means the state that is held. */
  readonly onContact: () => void
}

/** Follows the registry over one connection. Never returns: when the connection ends, for whatever reason, it throws. */
export function subscribe(options: SubscriptionOptions, signal: AbortSignal): Promise<never> {
  const { registry, id, maxStateBytes } = options
  return followEvents(
    {
      caller: registry,
      path: registryPaths.stream,
      headers: { [followerHeader]: `${id.name};${id.instance}` },
      maxBytes: maxStateBytes,
      faults: registryFaults,
      take: (event) => take(options, event, signal),
    },
    signal,
  )
}

async function take(
  options: SubscriptionOptions,
  { event, data }: StreamEvent,
  signal: AbortSignal,
): Promise<void> {
  switch (event) {
    case streamEvents.state: {
      const signed = await openState(data, options.keys)
      if (options.holding.accept(signed)) options.onState(signed.state)
      const body = { instance: options.id.instance, version: signed.state.version }
      const path = registryPaths.acknowledge
      await acknowledge(options.registry, { path, body, faults: registryFaults }, signal)
      return options.onContact()
    }
    case streamEvents.confirmation:
      options.holding.confirm(await openConfirmation(data, options.keys))
      return options.onContact()
    default:
      // A newer registry may say more than this version understands.
      return
  }
}
