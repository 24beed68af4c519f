import { type KildeError, toKildeError } from '@kilde/service'
import { requireSuccess } from './answer-body.js'
import type { Call, Caller } from './caller.js'
import type { FeedFaults } from './faults.js'
import { readEvents, type StreamEvent } from './read-events.js'

/** Longest wait for an acknowledgement to be taken (milliseconds). */
const ACKNOWLEDGE_MS = 10_000

export interface EventStream {
  readonly caller: Caller
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Largest event (bytes). */
  readonly maxBytes: number
  readonly faults: FeedFaults
  readonly take: (event: StreamEvent) => Promise<void>
}

/** Takes events over one connection. Never returns: when the connection ends, for whatever reason, it throws. */
export async function followEvents(stream: EventStream, signal: AbortSignal): Promise<never> {
  const { caller, path, maxBytes, faults, take } = stream
  const headers = { accept: 'text/event-stream', ...stream.headers }
  const response = await caller.call({ method: 'GET', path, headers, signal })
  await requireSuccess(response, faults)
  try {
    for await (const event of readEvents(response.body, maxBytes, faults)) await take(event)
  } catch (error) {
    throw faultOf(error, faults)
  } finally {
    response.body.destroy()
  }
  throw faults.unreachable()
}

/** Says that something was taken. @throws `unreachable` or `refused` of the faults */
export async function acknowledge(
  caller: Caller,
  { path, body, faults }: Pick<Call, 'path' | 'body'> & { readonly faults: FeedFaults },
  ending: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([ending, AbortSignal.timeout(ACKNOWLEDGE_MS)])
  const response = await caller.call({ method: 'POST', path, body, signal })
  await requireSuccess(response, faults)
  await response.body.dump()
}

function faultOf(error: unknown, faults: FeedFaults): KildeError {
  const fault = toKildeError(error)
  return fault.code === 'INTERNAL' ? faults.unreachable({ cause: error }) : fault
}
