import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server, silentLogger } from '@kilde/service'
import { sendEvents } from '../src/send-events.js'

let server: Server | undefined
let socket: Socket | undefined
afterEach(async () => {
  socket?.destroy()
  await server?.stop(0)
})

/** A server that streams what it is given, and a client that reads nothing unless it is told to. */
async function connected(events: AsyncIterable<string>, slowMs: number): Promise<Socket> {
  server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] })
  server.app.get('/events', (_request, reply) => sendEvents(reply, events, slowMs))
  const { port } = new URL(await server.listen(0, '127.0.0.1'))
  socket = connect(Number(port), '127.0.0.1').pause()
  await once(socket, 'connect')
  socket.write('GET /events HTTP/1.1\r\nhost: x\r\n\r\n')
  return socket
}

describe('events that are sent', () => {
  it('are not made ahead of a client that does not take them, who is cut in the end', async () => {
    let made = 0
    const ended: { resolve: () => void } = { resolve: () => {} }
    const isEnded = new Promise<void>((resolve) => {
      ended.resolve = resolve
    })
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          made += 1
          yield `data: ${'x'.repeat(1_000_000)}\n\n`
        }
      } finally {
        ended.resolve()
      }
    }
    await connected(endless(), 1_000)
    await isEnded
    // As many as the kernel takes into its buffers; without waiting there would be no end.
    expect(made).toBeLessThan(20)
  }, 30_000)

  it('have the headers of a stream, and those of every answer', async () => {
    async function* one(): AsyncGenerator<string> {
      yield 'data: {}\n\n'
    }
    const client = await connected(one(), 1_000)
    const [head] = (await once(client.resume(), 'data')) as [Buffer]
    const text = head.toString('utf8').toLowerCase()
    expect(text).toContain('content-type: text/event-stream; charset=utf-8')
    expect(text).toContain('cache-control: no-store')
    expect(text).toContain('x-content-type-options: nosniff')
    expect(text).toContain('x-request-id: ')
  })
})
