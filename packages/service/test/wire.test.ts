import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server, type ServerOptions, silentLogger } from '../src/index.js'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(0)))
})

async function serve(
  options: Partial<ServerOptions> = {},
): Promise<{ server: Server; port: number }> {
  const server = createServer({
    ...{ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] },
    ...options,
  })
  server.app.post('/echo', async ({ body }) => ({ got: String(body) }))
  server.app.get('/large', async () => 'x'.repeat(20_000_000))
  // Answers when nobody waits for it any more.
  server.app.get('/late', async (_, { raw }) => once(raw, 'close').then(() => 'too late'))
  server.app.get('/page', async (_, reply) => reply.type('text/html').send('<p>'))
  servers.push(server)
  return { server, port: Number(new URL(await server.listen(0, '127.0.0.1')).port) }
}

/** Sends bytes and gives all that comes until the connection is closed, or for a while. */
function send(port: number, bytes: string, forMs = 1_000): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1')
    const end = setTimeout(() => socket.destroy(), forMs)
    socket.on('data', (chunk) => {
      answer += String(chunk)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(end)
      resolve(answer)
    })
    socket.write(bytes)
  })
}

const statuses = (answer: string): string[] => answer.match(/(?<=^HTTP\/1\.1 )\d{3}/gm) ?? []
const post = (headers: string, body: string) =>
  `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
/** Would be answered with 200 if it were taken for a request. */
const SMUGGLED = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'

describe('A server on the wire', () => {
  it.each([
    ['a length and chunks', post('Content-Length: 6\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
    ['chunks and a length', post('Transfer-Encoding: chunked\r\nContent-Length: 6', '0\r\n\r\n')],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 40', '{}')],
    ['a list of lengths', post('Content-Length: 2, 2', '{}')],
    ['a length with a sign', post('Content-Length: +2', '{}')],
    ['a length in hexadecimal', post('Content-Length: 0x2', '{}')],
    ['a blank before the colon', post('Transfer-Encoding : chunked', '0\r\n\r\n')],
    ['chunks that are not last', post('Transfer-Encoding: chunked, identity', '0\r\n\r\n')],
    ['an unknown encoding', post('Transfer-Encoding: xchunked', '0\r\n\r\n')],
    ['a line that is folded', post('X: a\r\n b\r\nContent-Length: 2', '{}')],
    ['a chunk of negative size', post('Transfer-Encoding: chunked', '-2\r\n{}\r\n0\r\n\r\n')],
    ['a zero byte in a header', post('X: a\0b\r\nContent-Length: 2', '{}')],
    ['line feeds alone', 'POST /echo HTTP/1.1\nHost: a\nContent-Length: 0\n\n'],
    ['two hosts', `GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
    [
      'two authorizations',
      post('Authorization: a\r\nAuthorization: b\r\nContent-Length: 2\r\nConnection: close', '{}'),
    ],
    ['two types', post('Content-Type: text/plain\r\nContent-Length: 2\r\nConnection: close', '{}')],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
    ['headers of 20 kB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('refuses %s, and reads no second request from the connection', async (_, bytes) => {
    const { port } = await serve()
    const answer = await send(port, bytes + SMUGGLED)
    expect(statuses(answer)).toEqual(['400'])
    expect(answer).not.toMatch(/live|node:|\.ts|\.js|127\.0/)
  })

  it('tells what it is that is wrong in the words of every other error', async () => {
    const { port } = await serve()
    const answer = await send(port, 'what?\r\n\r\n')
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({
      errors: [
        {
          message: 'This is no request of HTTP/1.1, or it came too slowly.',
          extensions: { code: 'HTTP_MALFORMED' },
        },
      ],
    })
  })

  it.each([
    ['headers', 'POST /echo HTTP/1.1\r\nHost: a\r\nX: '],
    ['a body', post('Content-Length: 500', '{')],
  ])('gives up a client that sends %s drop by drop', async (_, start) => {
    const { port } = await serve({ requestTimeoutMs: 300 })
    const answer = await new Promise<string>((resolve) => {
      let seen = ''
      const socket = connect(port, '127.0.0.1')
      const drip = setInterval(() => socket.write('x'), 20)
      socket.on('data', (chunk) => {
        seen += String(chunk)
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(drip)
        resolve(seen)
      })
      socket.write(start)
    })
    expect(statuses(answer).filter((status) => status !== '400')).toEqual([])
  })

  it('gives up a client that does not take its answer', async () => {
    const { server, port } = await serve({ responseTimeoutMs: 300 })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n')
    const open = () =>
      new Promise<number>((resolve) =>
        server.app.server.getConnections((_, count) => resolve(count)),
      )
    while ((await open()) === 0) await pause(10)
    while ((await open()) > 0) await pause(10)
    socket.destroy()
  })

  it('forgets a client that left before there was an answer', async () => {
    const { server, port } = await serve({ responseTimeoutMs: 100 })
    const answered = new Promise<() => number>((resolve) => {
      server.app.server.once('request', (_, raw) => {
        raw.once('close', () => {
          let cuts = 0
          raw.destroy = () => {
            cuts += 1
            return raw
          }
          setTimeout(() => resolve(() => cuts), 400)
        })
      })
    })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    server.app.server.once('request', () => socket.destroy())
    socket.write('GET /late HTTP/1.1\r\nHost: a\r\n\r\n')
    const cutsOf = await answered
    // Until it rings, a timer holds all that the client sent.
    expect(cutsOf()).toBe(0)
  })

  it('tells browsers to run, frame and guess nothing', async () => {
    const { port } = await serve()
    const { headers } = await fetch(`http://127.0.0.1:${port}/health/live`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(headers.has('server')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
    const page = await fetch(`http://127.0.0.1:${port}/page`)
    expect(page.headers.has('content-security-policy')).toBe(false)
  })
})
