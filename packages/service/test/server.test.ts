import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createServer, type Logger, type Server, ServiceError, silentLogger } from '../src/index.js'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(0)))
})

function serve(logger: Logger = silentLogger, ok = true): Server {
  const server = createServer({
    logger,
    bodyLimitBytes: 1_000,
    health: () => [{ name: 'store', code: 'STORE_UNREACHABLE', ok, note: ok ? 'well' : 'gone' }],
  })
  server.app.post('/echo', async (request) => ({
    bytes: Buffer.isBuffer(request.body) ? request.body.length : 0,
  }))
  server.app.get('/fail', async () => {
    throw new Error('secret 08825133489 at 10.0.0.1')
  })
  server.app.get('/refuse', async () => {
    throw new ServiceError('STOPPING', { detail: 'private' })
  })
  servers.push(server)
  return server
}

const post = (url: string, body: string, type = 'application/json') =>
  fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': type } })
const codeAndText = async (response: Response) => {
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: { code: string } }[]
  }
  return [response.status, errors[0]?.extensions.code, errors[0]?.message]
}

describe('a server', () => {
  it('gives handlers the bytes of a body', async () => {
    const url = await serve().listen(0, '127.0.0.1')
    expect(await (await post(url, '{"a":  1}')).json()).toEqual({ bytes: 9 })
  })

  it('refuses a body that is too large or of another type', async () => {
    const url = await serve().listen(0, '127.0.0.1')
    expect(await codeAndText(await post(url, 'x'.repeat(1_001)))).toEqual([
      413,
      'BODY_TOO_LARGE',
      'The request body is too large.',
    ])
    expect(await codeAndText(await post(url, 'x', 'text/html'))).toEqual([
      400,
      'BODY_NOT_JSON',
      'The request body is not JSON.',
    ])
  })

  it('tells nothing of an unexpected error, and logs it with the request id and without numbers', async () => {
    const lines: object[] = []
    const logger = { ...silentLogger, error: (fields: object) => void lines.push(fields) }
    const url = await serve(logger).listen(0, '127.0.0.1')
    const response = await fetch(`${url}/fail`)
    expect(await codeAndText(response)).toEqual([
      500,
      'INTERNAL',
      'The request failed. Ask again later; tell the operator the request id.',
    ])
    expect(lines).toMatchObject([{ requestId: response.headers.get('x-request-id') }])
  })

  it('answers its own errors with public text only', async () => {
    const url = await serve().listen(0, '127.0.0.1')
    expect(await codeAndText(await fetch(`${url}/refuse`))).toEqual([
      503,
      'STOPPING',
      'The service is stopping. Ask another replica.',
    ])
    expect(await codeAndText(await fetch(`${url}/08825133489`))).toEqual([
      404,
      'NOT_FOUND',
      'There is nothing here.',
    ])
  })

  it('says that it is not ready, and which part is not well', async () => {
    const url = await serve(silentLogger, false).listen(0, '127.0.0.1')
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    const ready = await fetch(`${url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', parts: [{ name: 'store', ok: false, note: 'gone' }] },
    ])
  })

  it('stops without waiting for a connection that never asked anything', async () => {
    const server = serve()
    const url = new URL(await server.listen(0, '127.0.0.1'))
    const socket = connect(Number(url.port), '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await server.stop(60_000)
    await closed
  })

  it('stops as soon as the last request is answered, though its connection would be kept', async () => {
    const { server, arrived, stopping, finish } = serveSlowly()
    const url = await server.listen(0, '127.0.0.1')
    const answer = fetch(`${url}/slow`)
    await arrived
    const stopped = server.stop(60_000)
    await stopping
    await expect(fetch(`${url}/slow`)).rejects.toThrow('fetch failed')
    finish()
    expect(await (await answer).text()).toBe('done')
    await stopped
  })

  it('lets a request under way finish while it stops, and refuses what comes after it', async () => {
    const { server, arrived, stopping, finish } = serveSlowly()
    const url = new URL(await server.listen(0, '127.0.0.1'))
    const socket = connect(Number(url.port), '127.0.0.1')
    const received = text(socket)
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await arrived
    const stopped = server.stop()
    await stopping
    const refused = once(server.app.server, 'request')
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')
    await refused
    finish()
    await stopped
    const answers = (await received).split(/(?=HTTP\/1.1)/)
    expect(answers).toEqual([
      expect.stringMatching(/^HTTP\/1.1 200 OK.*done$/s),
      expect.stringMatching(/^HTTP\/1.1 503 .*The service is stopping.*"code":"STOPPING"/s),
    ])
  })
})

/** A server with an address that answers when told to. */
function serveSlowly() {
  const server = serve()
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const arrived = new Promise<void>((resolve) => {
    server.app.get('/slow', async () => {
      resolve()
      await finished
      return 'done'
    })
  })
  const stopping = new Promise<void>((resolve) => {
    server.app.addHook('preClose', async () => resolve())
  })
  return { server, arrived, stopping, finish }
}
