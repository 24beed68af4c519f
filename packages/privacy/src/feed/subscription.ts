import {
  type Caller,
  type FeedFaults,
  openJson,
  readEvents,
  readSigned,
  requireSuccess,
  type StreamEvent,
} from '@kilde/feed'
import { type KildeError, toKildeError } from '@kilde/service'
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

/** Longest wait for the service to take an acknowledgement (milliseconds). */
const ACKNOWLEDGE_MS = 10_000
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
export async function subscribe(options: SubscriptionOptions, signal: AbortSignal): Promise<never> {
  const { service, id, holding } = options
  const mark = holding.mark()
  const headers = {
    accept: 'text/event-stream',
    [nodeHeader]: `${id.name};${id.instance}`,
    ...(mark && { [markHeader]: markText(mark) }),
  }
  const path = `${privacyPaths.stream}/${options.organization}`
  const response = await service.call({ method: 'GET', path, headers, signal })
  await requireSuccess(response, faults)
  try {
    for await (const event of readEvents(response.body, MAX_EVENT_BYTES, faults)) {
      await take(options, event, signal)
    }
  } catch (error) {
    throw faultOf(error)
  } finally {
    response.body.destroy()
  }
  throw faults.unreachable()
}

async function take(
  options: SubscriptionOptions,
  { event, data }: StreamEvent,
  signal: AbortSignal,
): Promise<void> {
  const { holding, keys } = options
  switch (event) {
    case feedEvents.entries: {
      const payload = await openJson(data, ENTRIES_TYPE, keys, faults)
      const entries = readSigned(Entries, payload, faults)
      holding.accept(entries)
      await acknowledge(options, entries.mark.version, signal)
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

async function acknowledge(
  { service, id, organization }: SubscriptionOptions,
  version: number,
  ending: AbortSignal,
): Promise<void> {
  const response = await service.call({
    method: 'POST',
    path: privacyPaths.acknowledge,
    body: { instance: id.instance, organization, version },
    signal: AbortSignal.any([ending, AbortSignal.timeout(ACKNOWLEDGE_MS)]),
  })
  await requireSuccess(response, faults)
  await response.body.dump()
}

function faultOf(error: unknown): KildeError {
  const fault = toKildeError(error)
  return fault.code === 'INTERNAL' ? faults.unreachable({ cause: error }) : fault
}
