import { GatewayError } from '../errors.js'
import type { Reply } from '../http/reply.js'
import { completeEvent, nextEvent } from '../live/events.js'
import type { OpenSubscription } from '../live/streams.js'
import type { Telling, Told } from '../live/told.js'
import type { Asked, Fetch, Gathered, Located, StreamMark } from './stage.js'

/** The steps of a subscription, after those of every request. */
export interface SubscribeSteps {
  /** @throws GatewayError where it is no subscription that can be followed */
  prepareStream(request: Asked): Fetch
  locateAll(fetch: Fetch): Located
  /** Follows every located source; what they tell comes by and by. */
  follow(fetch: Fetch, located: Located, stream: OpenSubscription): Told
  openSubscription(request: Asked): OpenSubscription
  merge(fetch: Fetch, gathered: Gathered): Promise<Buffer>
  auditEvent(request: Asked, fetch: Fetch, gathered: Gathered, mark?: StreamMark): Promise<void>
  /** The id of an event, by which a stream is taken up again. */
  placeOf(fetch: Fetch, places: Telling['places']): string
  refuse(request: Asked, refusal: unknown): Promise<Reply>
  readonly now: () => number
  /** A silent stream says as often that it is there (milliseconds). */
  readonly aliveMs: number
}

/**
 * The line of a subscription: follow → merge → audit → send, for each thing that a source tells. Each event is on the record before it
 * leaves, and so are the stream's beginning and end. It ends with its token, unless it is renewed.
 */
export async function* subscribe(
  step: SubscribeSteps,
  fetch: Fetch,
  leave: () => void,
): AsyncGenerator<string> {
  const stream = step.openSubscription(fetch.asked)
  const located = step.locateAll(fetch)
  let last: Gathered = { ...located, answers: [] }
  try {
    const told = step.follow(fetch, located, stream)
    let mark: StreamMark | undefined = 'STREAM_STARTED'
    while (!stream.signal.aborted && step.now() < stream.endsAtMs) {
      const telling = told.take()
      if (telling) {
        last = { ...located, answers: telling.answers }
        const result = await step.merge(fetch, last)
        await step.auditEvent(stream.asked, fetch, last, mark)
        const place = step.placeOf(fetch, telling.places)
        yield `id: ${place}\n${nextEvent(mark ? named(result, stream) : result)}`
        mark = undefined
      }
      const leftMs = Math.max(1, stream.endsAtMs - step.now())
      if (!(await heard(told, Math.min(step.aliveMs, leftMs), stream.signal)))
        yield alive(step.now())
    }
    if (stream.stopping.aborted) throw new GatewayError('STREAM_STOPPING')
    throw new GatewayError('STREAM_EXPIRED')
  } catch (refusal) {
    const isEnd = refusal instanceof GatewayError
    yield nextEvent(isEnd ? errorOf(refusal) : (await step.refuse(stream.asked, refusal)).body)
    yield completeEvent
  } finally {
    stream.close()
    leave()
    const empty = last.answers.map((answer) => ({ ...answer, pages: [] }))
    await step
      .auditEvent(stream.asked, fetch, { ...last, answers: empty }, 'STREAM_ENDED')
      .catch((fault: unknown) => step.refuse(stream.asked, fault))
  }
}

async function heard(told: Told, ms: number, signal: AbortSignal): Promise<boolean> {
  const from = performance.now()
  await told.wait(ms, signal)
  return performance.now() - from < ms
}

/** A comment, which clients pass over: when all was last known to be there. */
const alive = (atMs: number): string => `: alive ${new Date(atMs).toISOString()}\n\n`

/** The first event names the stream, for renewing it, and says until when it goes on without that. */
function named(result: Buffer, { id, endsAtMs }: OpenSubscription): string {
  const kilde = { stream: id, endsAt: new Date(endsAtMs).toISOString() }
  const extensions = JSON.stringify({ kilde })
  return `${result.toString('utf8').trimEnd().slice(0, -1)},"extensions":${extensions}}`
}

const errorOf = ({ publicText: message, code }: GatewayError): string =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] })
