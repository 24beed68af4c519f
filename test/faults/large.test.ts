import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { WatchedNetwork } from '../kit/network.js'
import {
  askList,
  askWhole,
  heal,
  type List,
  proxyOf,
  reportOf,
  rowsExcept,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

const MB = 2 ** 20
const rogues = ['municipality', 'hospital', 'neighbour'] as const

describe('sources that send more than anybody can use', () => {
  let network: WatchedNetwork
  let whole: List
  beforeAll(async () => {
    network = await startFaultyNetwork()
    whole = await askWhole(network)
  }, STARTING_MS)
  afterEach(() => heal(network))
  afterAll(() => network.stop())

  /** The others' rows are as they always were. */
  async function expectTooLarge(): Promise<void> {
    const list = await askList(network)
    for (const rogue of rogues) {
      const told = { status: 'INVALID', reason: 'RESPONSE_TOO_LARGE', returned: 0 }
      expect(reportOf(list, rogue)).toMatchObject(told)
    }
    expect(rowsExcept(list)).toEqual(rowsExcept(whole, ...rogues))
  }

  it.each([
    ['with its length', `content-length: ${100 * MB}`, (chunk: Buffer) => [chunk]],
    ['in chunks', 'transfer-encoding: chunked', asChunk],
  ])('cuts off three who send 100 MB each, %s', async (_, header, framed) => {
    const sent: Promise<number>[] = []
    for (const rogue of rogues) {
      proxyOf(network, rogue).behave(({ socket }) => {
        socket.write(`${HEAD}${header}\r\n\r\n`)
        sent.push(flood(socket, framed))
      })
    }
    const memory = watchMemory()
    await expectTooLarge()
    expect(memory.grownBy()).toBeLessThan(150 * MB)
    // The limit is 8 MB; what lies in the buffers of sockets comes on top.
    for (const bytes of await Promise.all(sent)) expect(bytes).toBeLessThan(40 * MB)
  })

  // Each would keep everybody waiting for seconds while it is parsed, and makes objects of many times its size.
  it.each([
    ['deep', `${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}`],
    ['deep objects', `${'{"a":'.repeat(1_200_000)}1${'}'.repeat(1_200_000)}`],
    ['nothing, millions of times', `[${'[],'.repeat(2_600_000)}[]]`],
    ['edges', `{"data":{"patient":{"m0":{"edges":[${'{},'.repeat(2_600_000)}{}]}}}}`],
  ])('does not even parse what fits into 8 MB and is %s', async (_, text) => {
    const body = Buffer.from(text)
    for (const rogue of rogues) {
      proxyOf(network, rogue).behave(({ socket }: IncomingMessage) => {
        socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n`)
        socket.write(body)
      })
    }
    const memory = watchMemory()
    await expectTooLarge()
    expect(memory.grownBy()).toBeLessThan(150 * MB)
  })
})

// Written past Node's own response: the watch over the network's answers would keep a copy of every byte.
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'

function asChunk(chunk: Buffer): readonly Buffer[] {
  return [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]
}

/** Writes 100 MB as fast as they are taken, until nobody listens any more; tells how much went out. */
async function flood(
  socket: Socket,
  framed: (chunk: Buffer) => readonly Buffer[],
): Promise<number> {
  const chunk = Buffer.alloc(MB, ' ')
  const goesOn = () =>
    new Promise<void>((resolve) => {
      for (const event of ['drain', 'error', 'close']) socket.once(event, () => resolve())
    })
  let written = 0
  for (; written < 100 && !socket.destroyed; written++) {
    const taken = framed(chunk).map((part) => socket.write(part))
    if (taken.includes(false) && !socket.destroyed) await goesOn()
  }
  return written * MB
}

/** How much more memory the process took at its worst (bytes), which is gateway, nodes and rogues in one. */
function watchMemory(): { grownBy(): number } {
  const before = process.memoryUsage.rss()
  let most = before
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 5)
  return {
    grownBy: () => {
      clearInterval(timer)
      look()
      return most - before
    },
  }
}
