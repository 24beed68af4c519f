import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Headers of a stream of events. */
const EVENTS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A buffering proxy would hold back what is to be seen at once.
  'x-accel-buffering': 'no',
} as const

/**
 * Sends events as fast as the client takes them: the next one is not made before the last is on its way, so that what waits for a slow
 * client is never more than one. A client that does not take it in time is cut.
 */
export function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<string> | Iterable<string>,
  slowMs: number,
): FastifyReply {
  let timer: NodeJS.Timeout | undefined
  const taken = (): void => clearTimeout(timer)
  const wait = (): void => {
    // Of a client that has left, a timer would hold for as long what it asked.
    if (!reply.raw.closed) timer = setTimeout(() => reply.raw.destroy(), slowMs).unref()
  }
  async function* watched(): AsyncGenerator<string> {
    // A comment: the client learns at once that there is a stream.
    yield ':\n\n'
    for await (const event of events) {
      wait()
      yield event
      taken()
    }
    // What was sent last may not have been taken: the end of the connection tells.
    wait()
  }
  reply.raw.once('close', taken)
  // An event at a time, and none ahead.
  const stream = Readable.from(watched(), { highWaterMark: 1 })
  return reply.code(200).headers(EVENTS).send(stream)
}
