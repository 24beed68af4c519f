import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { startFaultProxy, type TcpFaultProxy } from './fault-proxy.js'

/** Answers each word with itself. */
const echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket))

describe('A proxy that spoils connections', () => {
  let proxy: TcpFaultProxy
  beforeAll(async () => {
    echo.listen(0, '127.0.0.1')
    await once(echo, 'listening')
    proxy = await startFaultProxy(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`)
  })
  afterEach(() => proxy.poison({}))
  afterAll(async () => {
    await proxy.stop()
    echo.close()
  })

  it('passes everything on, and counts connections', async () => {
    const before = proxy.connections()
    expect(await say('hello', 5)).toEqual({ heard: 'hello', ended: 'BY_US' })
    expect(proxy.connections()).toBe(before + 1)
  })

  it.each([
    ['later', { latency: { ms: 20, jitterMs: 10 } }],
    ['in slices', { slicer: { bytes: 2, pauseMs: 1 } }],
    ['slowly', { bandwidth: { bytesPerSecond: 1_000 } }],
  ])('passes everything on %s', async (_, toxics) => {
    proxy.poison(toxics)
    expect(await say('hello', 5)).toEqual({ heard: 'hello', ended: 'BY_US' })
  })

  it.each([
    ['cuts answers off with a reset', { limit_data: { bytes: 2, end: 'RST' } }, 'he', 'RESET'],
    ['cuts answers off with an end', { limit_data: { bytes: 2, end: 'FIN' } }, 'he', 'END'],
    ['resets in the place of an answer', { reset_peer: { afterMs: 1 } }, '', 'RESET'],
    ['sends rubbish', { rubbish: Buffer.from('?!') }, '?!', 'END'],
  ] as const)('%s', async (_, toxics, heard, ended) => {
    proxy.poison(toxics)
    expect(await say('hello', 5)).toEqual({ heard, ended })
  })

  it.each([
    ['never answers', { timeout: true }],
    ['loses questions', { partition: 'UP' }],
    ['loses answers', { partition: 'DOWN' }],
  ] as const)('%s, until that is over', async (_, toxics) => {
    proxy.poison(toxics)
    const socket = connectTo(proxy)
    const heard = collect(socket)
    socket.write('hello')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect({ heard: heard(), open: proxy.open() }).toEqual({ heard: '', open: 1 })
    proxy.poison({})
    await once(socket, 'data')
    expect(heard()).toBe('hello')
    socket.destroy()
    await once(socket, 'close')
  })

  it('refuses connections while it is down, and is back at the same port', async () => {
    const { url } = proxy
    await proxy.down()
    await expect(once(connectTo(proxy), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.up()
    expect(proxy.url).toBe(url)
    expect(await say('hello', 5)).toEqual({ heard: 'hello', ended: 'BY_US' })
  })

  /** Says something, and hears so many characters, or until the other side ends. */
  async function say(words: string, enough: number) {
    const socket = connectTo(proxy)
    const heard = collect(socket)
    let ended = 'BY_US'
    socket.on('end', () => {
      ended = 'END'
    })
    socket.on('error', () => {
      ended = 'RESET'
    })
    socket.on('data', () => {
      if (heard().length >= enough) socket.destroy()
    })
    socket.write(words)
    await once(socket, 'close').catch(() => undefined)
    return { heard: heard(), ended }
  }
})

const connectTo = ({ url }: TcpFaultProxy): Socket =>
  connect(Number(new URL(url).port), '127.0.0.1')

function collect(socket: Socket): () => string {
  let heard = ''
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  return () => heard
}
