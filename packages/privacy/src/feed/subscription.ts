import {
  acknowledge,
  type Caller,
  type FeedFaults,
  followEvents,
  openJson,
  readSigned,
  type StreamEvent,
} from '@kilde/feed'
import type { JSONWebKeySet } from 'jose'
import { PrivacyFeedError } from '../errors.js'
import type { Holding } from './holding.js'
import {
  CONFIRMATION_TYPE,
  Confirmation,
  ENTRIES_TYPE,
  Entries,
  feedEvents,
  markHeader,
  markText,
  nodeHeader,
  privacyPaths,
} from './protocol.js'

/** Largest event (bytes): everything that concerns one organisation. */
const MAX_EVENT_BYTES = 256 * 1024 * 1024

export const faults: FeedFaults = {
  unreachable: (options) => new PrivacyFeedError('PRIVACY_UNREACHABLE', options),
  refused: (options) => new PrivacyFeedError('PRIVACY_REFUSED', options),
  untrusted: (options) => new PrivacyFeedError('PRIVACY_UNTRUSTED', options),
}

export interface SubscriptionOptions {
  readonly service: Caller
  readonly keys: JSONWebKeySet
  readonly id: { readonly name: string; readonly instance: string }
  readonly organization: string
  readonly holding: Holding
  readonly onContact: () => void
}

/** Follows over one connection. Never returns: when the connection ends, for whatever reason, it throws. */
export function subscribe(options: SubscriptionOptions, signal: AbortSignal): Promise<never> {
  const { service, id, holding, organization } = options
  const mark = holding.mark()
  return followEvents(
    {
      caller: service,
      path: `${privacyPaths.stream}/${organization}`,
      headers: {
        [nodeHeader]: `${id.name};${id.instance}`,
        ...(mark && { [markHeader]: markText(mark) }),
      },
      maxBytes: MAX_EVENT_BYTES,
      faults,
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
  const { service, id, organization, holding, keys } = options
  switch (event) {
    case feedEvents.entries: {
      const payload = await openJson(data, ENTRIES_TYPE, keys, faults)
      const entries = readSigned(Entries, payload, faults)
      holding.accept(entries)
      const body = { instance: id.instance, organization, version: entries.mark.version }
      await acknowledge(service, { path: privacyPaths.acknowledge, body, faults }, signal)
      return options.onContact()
    }
    case feedEvents.confirmation: {
      const payload = await openJson(data, CONFIRMATION_TYPE, keys, faults)
      holding.confirm(readSigned(Confirmation, payload, faults))
      return options.onContact()
    }
    default:
      // A newer service may say more than this version understands.
      return
  }
}
