import { type Caller, readEvents, requireSuccess, type StreamEvent } from '@kilde/feed'
import { type KildeError, toKildeError } from '@kilde/service'
import type { JSONWebKeySet } from 'jose'
import type { Holding } from './holding.js'
import { type FollowerId, followerHeader, registryPaths, streamEvents } from './protocol.js'
import { registryFaults } from './registry-caller.js'
import { openConfirmation, openState } from './signature.js'
import type { CatalogueState } from './state.js'

/** Longest wait for the registry to take an acknowledgement. */
const ACKNOWLEDGE_MS = 10_000

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
export async function subscribe(options: SubscriptionOptions, signal: AbortSignal): Promise<never> {
  const { name, instance } = options.id
  const headers = { accept: 'text/event-stream', [followerHeader]: `${name};${instance}` }
  const path = registryPaths.stream
  const response = await options.registry.call({ method: 'GET', path, headers, signal })
  await requireSuccess(response, registryFaults)
  try {
    for await (const event of readEvents(response.body, options.maxStateBytes, registryFaults)) {
      await take(options, event, signal)
    }
  } catch (error) {
    throw faultOf(error)
  } finally {
    response.body.destroy()
  }
  throw registryFaults.unreachable()
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
      await acknowledge(options, signed.state.version, signal)
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

async function acknowledge(
  { registry, id }: SubscriptionOptions,
  version: number,
  ending: AbortSignal,
): Promise<void> {
  const response = await registry.call({
    method: 'POST',
    path: registryPaths.acknowledge,
    body: { instance: id.instance, version },
    signal: AbortSignal.any([ending, AbortSignal.timeout(ACKNOWLEDGE_MS)]),
  })
  await requireSuccess(response, registryFaults)
  await response.body.dump()
}

function faultOf(error: unknown): KildeError {
  const fault = toKildeError(error)
  return fault.code === 'INTERNAL' ? registryFaults.unreachable({ cause: error }) : fault
}
