import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from '@jest/globals'
import { DeadlinePassed } from '../../src/transport/deadline.js'
import { Ending } from '../../src/transport/ending.js'
import type { SourceClient } from '../../src/transport/source-client.js'
import { askOf, clientOf, faultOf, question } from './kit.js'
import { answer, HEAD, type RawBehaviour, type RawSource, startRawSource } from './raw-source.js'
import { settle } from './virtual-timers.js'

const ended: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

async function started(behaviour: RawBehaviour): Promise<RawSource> {
  const source = await startRawSource(behaviour)
  ended.push(() => source.close())
  return source
}

function clientWith(options: Parameters<typeof clientOf>[0] = {}): SourceClient {
  const client = clientOf(options)
  ended.push(() => client.close())
  return client
}

const sends = (text: string | Buffer): RawBehaviour => ({
  onRequest: (socket) => void socket.write(text),
})

const INTERRUPTED = { name: 'SourceFault', reason: 'INTERRUPTED', unsent: false }
const BROKEN = { name: 'SourceFault', reason: 'CONNECTION_FAILED', unsent: false }
const UNSENT = { name: 'SourceFault', reason: 'CONNECTION_FAILED', unsent: true }
const MALFORMED = { name: 'UnreadableAnswer', reason: 'RESPONSE_MALFORMED' }
const TOO_LARGE = { name: 'UnreadableAnswer', reason: 'RESPONSE_TOO_LARGE' }

interface Proof {
  readonly jti: string
  readonly nonce?: string
  readonly htu: string
}

function proofIn(request: string | undefined): Proof {
  const [, payload] = /^dpop: ([^\r]+)/m.exec(request ?? '')?.[1]?.split('.') ?? []
  return JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Proof
}

describe('A source that wants nonces', () => {
  const wanting = (nonce: string): string =>
    answer(
      '{"errors":[{"extensions":{"code":"DPOP_NONCE_NEEDED"}}]}',
      `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nwww-authenticate: DPoP error="use_dpop_nonce", algs="ES256"\r\ndpop-nonce: ${nonce}\r\n`,
    )
  const giving = (nonce: string): string => answer('{}', `${HEAD}dpop-nonce: ${nonce}\r\n`)

  it('is asked once more with the one that it gave, and from then on with the newest', async () => {
    const answers = [wanting('n1'), giving('n2'), giving('n2'), wanting('n3'), answer('{}')]
    const source = await started({
      onRequest: (socket, number) => void socket.write(answers[number - 1] ?? ''),
    })
    const client = clientWith()
    const statuses = [
      await askOf(client, source.endpoint),
      await askOf(client, source.endpoint),
      await askOf(client, source.endpoint),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 200])
    const proofs = source.requests.map(proofIn)
    expect(proofs.map(({ nonce }) => nonce)).toEqual([undefined, 'n1', 'n2', 'n2', 'n3'])
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(5)
  })

  it('is not asked a third time, nor again with a nonce that it has just refused, or none can use', async () => {
    const always = await started(sends(wanting('n1')))
    const client = clientWith()
    expect((await askOf(client, always.endpoint)).status).toBe(401)
    expect(always.requests).toHaveLength(2)
    expect((await askOf(client, always.endpoint)).status).toBe(401)
    expect(always.requests).toHaveLength(3)
    const long = await started(sends(wanting('n'.repeat(5_000))))
    expect((await askOf(client, long.endpoint)).status).toBe(401)
    expect(long.requests).toHaveLength(1)
  })
})

describe('A request to a source', () => {
  it('carries the body, the token and a proof of its own for the very address', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    const { status, body } = await askOf(client, source.endpoint)
    expect([status, body.toString()]).toEqual([200, '{}'])
    await askOf(client, source.endpoint)
    const [first, second] = source.requests
    expect(first).toMatch(/^POST \/node\/graphql HTTP\/1\.1\r\n/)
    expect(first).toContain('\r\nauthorization: DPoP token\r\n')
    expect(first).not.toMatch(/accept-encoding/i)
    expect(first?.endsWith(`\r\n\r\n${question.toString()}`)).toBe(true)
    expect(proofIn(first).htu).toBe(`${source.endpoint}/graphql`)
    expect(proofIn(second).jti).not.toBe(proofIn(first).jti)
  })

  it('keeps its connection for the next', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    for (let count = 0; count < 5; count += 1) {
      await askOf(client, source.endpoint)
      await settle()
    }
    expect(source.connections()).toBe(1)
  })

  it('tells when the first byte of the answer is there', async () => {
    let heard = 0
    const source = await started({
      onRequest: (socket) => {
        expect(heard).toBe(0)
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
        socket.write(answer('{}'))
      },
    })
    await askOf(clientWith(), source.endpoint, new Ending(), () => {
      heard += 1
    })
    expect(heard).toBe(1)
  })
})

describe('The answer of a source', () => {
  it('is whole, also where it comes in pieces', async () => {
    const source = await started({
      onRequest: (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n`)
        setImmediate(() => socket.write('5\r\n": 1}\r\n0\r\n\r\n'))
      },
    })
    const { body } = await askOf(clientWith(), source.endpoint)
    expect(body.toString()).toBe('{"a": 1}')
  })

  it('may be as large as the cap, and not one byte larger', async () => {
    const fits = await started(sends(answer('x'.repeat(1_000))))
    const larger = await started(sends(answer('x'.repeat(1_001))))
    const client = clientWith({ maxResponseBytes: 1_000 })
    expect((await askOf(client, fits.endpoint)).body).toHaveLength(1_000)
    expect(await faultOf(askOf(client, larger.endpoint))).toEqual(TOO_LARGE)
  })

  it.each([
    ['announces more', `${HEAD}content-length: 5000\r\n\r\n`],
    ['announces less and sends more in pieces', `${HEAD}transfer-encoding: chunked\r\n\r\n`],
  ])('that %s than the cap is cut off, and its connection closed', async (_, head) => {
    const source = await started({
      onRequest: (socket) => {
        socket.write(head)
        const more = setInterval(() => socket.write(`fa\r\n${'x'.repeat(250)}\r\n`), 1)
        socket.on('close', () => clearInterval(more))
      },
    })
    const client = clientWith({ maxResponseBytes: 1_000 })
    expect(await faultOf(askOf(client, source.endpoint))).toEqual(TOO_LARGE)
    await source.left()
  })

  it('in an encoding is refused unread: it may be a decompression bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20))
    const head = `${HEAD}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`
    const source = await started(sends(Buffer.concat([Buffer.from(head), bomb])))
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(MALFORMED)
    await source.left()
  })

  it.each(['text/html', 'application/jsonp', 'text/json', ''])(
    'of the type «%s» is refused',
    async (type) => {
      const head = `HTTP/1.1 200 OK\r\n${type && `content-type: ${type}\r\n`}`
      const source = await started(sends(answer('{}', head)))
      expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(MALFORMED)
    },
  )

  it.each(['application/json; charset=utf-8', 'application/graphql-response+json'])(
    'of the type «%s» is taken',
    async (type) => {
      const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n`
      const source = await started(sends(answer('{}', head)))
      expect((await askOf(clientWith(), source.endpoint)).status).toBe(200)
    },
  )

  it('that is no HTTP is refused', async () => {
    const source = await started(sends('220 mail.example ESMTP\r\n'))
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(MALFORMED)
  })

  it('with headers without end is refused', async () => {
    const source = await started(sends(`${HEAD}x: ${'y'.repeat(20_000)}\r\n\r\n`))
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(MALFORMED)
  })

  it('that sends elsewhere is taken for what it is: nobody goes there', async () => {
    const other = await started(sends(answer('{}')))
    const head = `HTTP/1.1 307 Temporary Redirect\r\nlocation: ${other.endpoint}/graphql\r\n`
    const source = await started(sends(answer('', head)))
    expect((await askOf(clientWith(), source.endpoint)).status).toBe(307)
    expect(other.requests).toHaveLength(0)
  })

  it.each([
    ['too long', 'x'.repeat(70_000), ''],
    ['encoded', gzipSync('{}').toString('latin1'), 'content-encoding: gzip\r\n'],
  ])('that refuses with a body that is %s is judged by its status', async (_, body, header) => {
    const head = `HTTP/1.1 503 Service Unavailable\r\n${header}`
    const source = await started(sends(answer(body, head)))
    expect(await askOf(clientWith(), source.endpoint)).toEqual({
      status: 503,
      body: Buffer.alloc(0),
    })
  })
})

describe('A connection that fails', () => {
  it('before it is made has carried nothing', async () => {
    const source = await startRawSource({})
    await source.close()
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(UNSENT)
  })

  it('after the request may have carried it', async () => {
    const source = await started({ onRequest: (socket) => socket.destroy() })
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(BROKEN)
    expect(source.requests).toHaveLength(1)
  })

  it.each([
    ['is reset in the middle', `${HEAD}content-length: 100\r\n\r\n{"a`, 'resetAndDestroy'],
    ['is closed before the length it announced', `${HEAD}content-length: 100\r\n\r\n{"a`, 'end'],
    [
      'is closed before that, and was to close',
      `${HEAD}connection: close\r\ncontent-length: 100\r\n\r\n{"a`,
      'end',
    ],
    ['is closed between chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n`, 'end'],
    [
      'is closed between chunks, and was to close',
      `${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n`,
      'end',
    ],
  ] as const)('when the answer %s is interrupted', async (_, text, end) => {
    const source = await started({
      onRequest: (socket) => socket.write(text, () => setImmediate(() => socket[end]())),
    })
    expect(await faultOf(askOf(clientWith(), source.endpoint))).toEqual(INTERRUPTED)
  })

  it('while it is idle costs no question: the next goes over a new one, once', async () => {
    const source = await started({
      onRequest: (socket) => socket.write(answer('{}'), () => setImmediate(() => socket.end())),
    })
    const client = clientWith()
    for (let count = 0; count < 20; count += 1) {
      // Now and then long enough for the end of the connection to arrive, now and then not.
      await new Promise((resolve) => setTimeout(resolve, count % 3))
      expect((await askOf(client, source.endpoint)).status).toBe(200)
    }
    expect([source.requests.length, source.connections()]).toEqual([20, 20])
  })
})

describe('The end of a request', () => {
  it('cuts off a slow drip: no byte lengthens it', async () => {
    const source = await started({
      onRequest: (socket) => {
        socket.write(`${HEAD}content-length: 100000\r\n\r\n`)
        const drip = setInterval(() => socket.write('x'), 2)
        socket.on('close', () => clearInterval(drip))
      },
    })
    const end = new Ending()
    const asked = faultOf(askOf(clientWith(), source.endpoint, end))
    setTimeout(() => end.end(new DeadlinePassed()), 50)
    expect(await asked).toMatchObject({ name: 'DeadlinePassed' })
    await source.left()
  })

  it('closes the connection, so that the source need not go on', async () => {
    const end = new Ending()
    const source = await started({ onRequest: () => end.end(new Error('the client left')) })
    expect(await faultOf(askOf(clientWith(), source.endpoint, end))).toMatchObject({
      name: 'Error',
    })
    await source.left()
  })

  it('that comes before there is a connection means that nothing is ever sent', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    const end = new Ending()
    const asked = faultOf(askOf(client, source.endpoint, end))
    end.end(new Error('the client left'))
    expect(await asked).toMatchObject({ name: 'Error' })
    await askOf(client, source.endpoint)
    expect(source.requests).toHaveLength(1)
  })

  it('that has come already means that nobody is asked', async () => {
    const source = await started(sends(answer('{}')))
    const end = new Ending()
    end.end(new Error('the client left'))
    expect(await faultOf(askOf(clientWith(), source.endpoint, end))).toMatchObject({
      name: 'Error',
    })
    expect(source.connections()).toBe(0)
  })

  it('is no concern of an answer that is whole', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    const end = new Ending()
    await askOf(client, source.endpoint, end)
    end.end(new Error('the client left'))
    await settle()
    await askOf(client, source.endpoint)
    expect(source.connections()).toBe(1)
  })
})

describe('Organisations that come and go', () => {
  const number = '310000108'

  it('lose their connections once what is under way is done', async () => {
    const source = await started({
      onRequest: (socket, count) => {
        if (count === 1) {
          client.retain([])
          socket.write(answer('{"late":true}'))
        }
      },
    })
    const client = clientWith()
    expect((await askOf(client, source.endpoint)).body.toString()).toBe('{"late":true}')
    await source.left()
  })

  it('keep their connections while they stay, whoever else goes', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    await askOf(client, source.endpoint)
    await settle()
    client.retain([{ number, endpoint: 'http://127.0.0.1:1', replicas: [source.endpoint] }])
    await askOf(client, source.endpoint)
    expect(source.connections()).toBe(1)
  })

  it('are asked without an error while the registry changes all the time', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    const asked = Array.from({ length: 100 }, async (_, count) => {
      await new Promise((resolve) => setTimeout(resolve, count % 20))
      client.retain(count % 2 === 0 ? [] : [{ number, endpoint: source.endpoint }])
      return (await askOf(client, source.endpoint)).status
    })
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]))
    client.retain([])
    await source.left()
  })

  it('have connections of their own, also at one address', async () => {
    const source = await started(sends(answer('{}')))
    const client = clientWith()
    await askOf(client, source.endpoint)
    client.retain([{ number: '310000205', endpoint: source.endpoint }])
    await source.left()
  })
})
