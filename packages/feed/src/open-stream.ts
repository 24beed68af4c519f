import type { FastifyReply } from 'fastify'

/** An open answer of server-sent events. */
export interface EventStream {
  /** False when more waits to be sent than a reader that keeps up would leave. */
  readonly send: (event: string, data: string) => boolean
  readonly close: () => void
  readonly onEnd: (callback: () => void) => void
}

/** Besides the event that waits: the state may be large, so this is about how many events, not how many bytes. */
const MOST_WAITING_EVENTS = 20

/** Takes the answer out of the server's hands. */
export function openStream(reply: FastifyReply): EventStream {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': reply.request.id,
    // A buffering proxy would hold back changes.
    'x-accel-buffering': 'no',
  })
  raw.socket?.setKeepAlive(true, 15_000)
  raw.on('error', () => raw.destroy())
  let waiting = 0
  return {
    send(event, data) {
      if (raw.destroyed || raw.writableEnded) return false
      waiting += 1
      raw.write(`event: ${event}\ndata: ${data}\n\n`, () => {
        waiting -= 1
      })
      return waiting <= MOST_WAITING_EVENTS
    },
    close: () => void raw.destroy(),
    onEnd(callback) {
      // A client that has left already closes no second time.
      if (raw.closed || raw.destroyed) callback()
      else raw.once('close', callback)
    },
  }
}
