import type { IncomingMessage, ServerResponse } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { WatchedNetwork } from '../kit/network.js'
import {
  askList,
  heal,
  leaks,
  proxyOf,
  reportOf,
  rowsEach,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

const DEADLINE_MS = 5_000
/** The deadline is that of the question: who is asked last, while tokens are fetched, has that much less (milliseconds). */
const MOST_APART_MS = 1_000

describe('sources that take their time', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startFaultyNetwork({ KILDE_SOURCE_TIMEOUT_MS: `${DEADLINE_MS}` })
    // The first answers of a process take longer than all others: tokens, connections, code that is still cold.
    for (let tries = 0; tries < 20 && !(await askList(network)).complete; tries++);
  }, STARTING_MS)
  afterEach(() => heal(network))
  afterAll(() => network.stop())

  it('cuts off at the deadline who never answers, who drips, and who stops after its headers', async () => {
    proxyOf(network, 'municipality').behave('silent')
    proxyOf(network, 'hospital').behave(dripBody)
    proxyOf(network, 'neighbour').behave(headersOnly)
    proxyOf(network, 'hosted').behave(dripHeaders)
    const waited = monitorEventLoopDelay({ resolution: 10 })
    waited.enable()
    const list = await askList(network)
    waited.disable()
    // Within the deadline and 100 ms, and what the machine itself was held up; `elapsed` is rounded up to 100.
    const latest = Math.ceil((DEADLINE_MS + 100 + waited.max / 1e6) / 100) * 100
    const late = ['municipality', 'hospital', 'neighbour', 'homeCare', 'rehabilitation'] as const
    for (const key of late) {
      const report = reportOf(list, key)
      expect(report).toMatchObject({ status: 'TIMED_OUT', reason: 'DEADLINE', returned: 0 })
      expect(report?.elapsed).toBeGreaterThanOrEqual(DEADLINE_MS - MOST_APART_MS)
      expect(report?.elapsed).toBeLessThanOrEqual(latest)
    }
    expect(list).toMatchObject({ complete: false, completeness: { answered: 1, failed: 5 } })
    expect(list.nodes).toHaveLength(rowsEach)
    expect(leaks(network, list)).toEqual([])
  })
})

const headers = { 'content-type': 'application/json' }

/** One byte of the body after the other, and never the last. */
function dripBody(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume()
  answer.writeHead(200, headers)
  drip(answer, (byte) => answer.write(byte))
}

/** The same within the headers. */
function dripHeaders(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume()
  incoming.socket.write('HTTP/1.1 200 OK\r\nx-slow: ')
  drip(answer, (byte) => incoming.socket.write(byte))
}

function drip(answer: ServerResponse, write: (byte: string) => void): void {
  const timer = setInterval(() => write(' '), 50)
  answer.once('close', () => clearInterval(timer))
}

function headersOnly(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume()
  answer.writeHead(200, headers).flushHeaders()
}
