import { afterEach, describe, expect, it } from '@jest/globals'
import type { SourceClient, SourceRequest } from '../../src/transport/source-client.js'
import { SourceFault } from '../../src/transport/source-fault.js'
import { asking, clientLike, manyProviders, NOTHING, OK, told } from './asking.js'
import { clientOf, providerOf } from './kit.js'
import { answer, startRawSource } from './raw-source.js'
import { VirtualTimers } from './virtual-timers.js'

const own = 'http://127.0.0.1:1/own'
const replica = 'http://127.0.0.1:1/replica'
const replicated = providerOf(own, { replicas: [replica] })
const unsent = () => Promise.reject(new SourceFault('CONNECTION_FAILED', { unsent: true }))

/** Lets enough questions be asked, of other sources, that another try is within the budget. */
async function earn({ ask }: ReturnType<typeof asking>, count: number): Promise<void> {
  for (const provider of manyProviders(count)) await ask(provider)
}

describe('Another try', () => {
  it('is made where the connection never carried the question, at most once', async () => {
    const client = clientLike(({ endpoint }) => (endpoint === own ? unsent() : Promise.resolve(OK)))
    const gateway = asking(client)
    await earn(gateway, 50)
    client.asked.length = 0
    expect(told(await gateway.ask(providerOf(own)))).toBe('UNREACHABLE CONNECTION_FAILED')
    expect(client.asked).toHaveLength(2)
  })

  it('is never made once a byte may have been sent', async () => {
    const client = clientLike(({ endpoint }) =>
      endpoint === own ? Promise.reject(new SourceFault('CONNECTION_FAILED')) : Promise.resolve(OK),
    )
    const gateway = asking(client)
    await earn(gateway, 50)
    client.asked.length = 0
    await gateway.ask(replicated)
    expect(client.asked).toHaveLength(1)
  })

  it('is not made after an answer of any kind', async () => {
    const client = clientLike(async () => ({ status: 503, body: Buffer.alloc(0) }))
    const gateway = asking(client)
    await earn(gateway, 50)
    client.asked.length = 0
    await gateway.ask(replicated)
    expect(client.asked).toHaveLength(1)
  })

  it('goes to a replica where there is one', async () => {
    const client = clientLike(({ endpoint }) => (endpoint === own ? unsent() : Promise.resolve(OK)))
    const gateway = asking(client)
    await earn(gateway, 10)
    client.asked.length = 0
    expect(told(await gateway.ask(replicated))).toBe('EMPTY')
    expect(client.asked.map(({ endpoint }) => endpoint)).toEqual([own, replica])
  })

  it('is made for one question of ten at most, over all sources of the gateway', async () => {
    const client = clientLike(unsent)
    const { ask } = asking(client)
    for (const provider of manyProviders(1_000)) {
      expect(told(await ask(provider))).toBe('UNREACHABLE CONNECTION_FAILED')
    }
    expect(client.asked).toHaveLength(1_100)
  })

  it('is not made when the client has left or the time is up', async () => {
    const timers = new VirtualTimers()
    const client = clientLike(
      ({ signal, endpoint }) =>
        new Promise((resolve, reject) => {
          if (endpoint !== own) resolve(OK)
          signal.addEventListener('abort', () =>
            reject(new SourceFault('CONNECTION_FAILED', { unsent: true })),
          )
        }),
    )
    const gateway = asking(client, { timers })
    await earn(gateway, 50)
    client.asked.length = 0
    const asked = gateway.ask(providerOf(own))
    await timers.pass(3_000)
    expect([told(await asked), client.asked.length]).toEqual(['TIMED_OUT DEADLINE', 1])
  })
})

describe('An address whose circuit is open', () => {
  it('is passed over while a replica answers, and is asked again when it has healed', async () => {
    let broken = true
    const client = clientLike(({ endpoint }) =>
      endpoint === own && broken
        ? Promise.reject(new SourceFault('CONNECTION_FAILED'))
        : Promise.resolve(OK),
    )
    const { ask, timers } = asking(client)
    for (let count = 0; count < 5; count += 1) await ask(replicated)
    expect(told(await ask(replicated))).toBe('EMPTY')
    broken = false
    await timers.pass(1_000)
    client.asked.length = 0
    await ask(replicated)
    expect(client.asked.map(({ endpoint }) => endpoint)).toEqual([own])
  })
})

describe('Hedging', () => {
  /** The own endpoint takes as long as it is told to, the replica 5 ms. */
  function hedging(usualMs = 10, options: { readonly hedging?: boolean } = { hedging: true }) {
    const timers = new VirtualTimers()
    const own: { delayMs: number; begin: boolean; cancelled: number } = {
      delayMs: usualMs,
      begin: false,
      cancelled: 0,
    }
    const answerIn = (
      { signal }: SourceRequest,
      delayMs: number,
    ): ReturnType<SourceClient['ask']> =>
      new Promise((resolve, reject) => {
        const cancel = timers.after(delayMs, () => resolve(OK))
        signal.addEventListener('abort', () => {
          cancel()
          own.cancelled += 1
          reject(signal.reason as Error)
        })
      })
    const client = clientLike((request) => {
      if (request.endpoint !== replicated.endpoint) return answerIn(request, 5)
      if (own.begin) request.onAnswering?.()
      return answerIn(request, own.delayMs)
    })
    const gateway = asking(client, { timers, ...options })
    const ask = async (provider = replicated) => {
      const asked = gateway.ask(provider)
      await timers.pass(200)
      return asked
    }
    return { ...gateway, client, own, ask }
  }

  /** Tells what is usual, and earns a few second requests. */
  async function warm({ ask, client, own }: ReturnType<typeof hedging>): Promise<void> {
    for (let count = 0; count < 40; count += 1) await ask()
    for (const provider of manyProviders(60)) await ask(provider)
    client.asked.length = 0
    own.cancelled = 0
  }

  it('asks a replica as well when a source is later than it usually is, and lets the other off', async () => {
    const gateway = hedging()
    await warm(gateway)
    gateway.own.delayMs = 150
    const { status, elapsedMs } = await gateway.ask()
    expect([status, elapsedMs]).toEqual(['EMPTY', 15])
    expect(gateway.client.asked.map(({ endpoint }) => endpoint)).toEqual([own, replica])
    expect(gateway.own.cancelled).toBe(1)
    expect(gateway.timers.waiting).toBe(0)
  })

  it('is off unless it is switched on', async () => {
    const gateway = hedging(10, {})
    await warm(gateway)
    gateway.own.delayMs = 150
    await gateway.ask()
    expect(gateway.client.asked).toHaveLength(1)
  })

  it('does nothing for a source without replicas', async () => {
    const gateway = hedging()
    await warm(gateway)
    gateway.own.delayMs = 150
    await gateway.ask(providerOf(own))
    expect(gateway.client.asked).toHaveLength(1)
  })

  it('does nothing once the first byte is there', async () => {
    const gateway = hedging()
    await warm(gateway)
    gateway.own.delayMs = 150
    gateway.own.begin = true
    await gateway.ask()
    expect(gateway.client.asked).toHaveLength(1)
  })

  it('does nothing before it is known what is usual', async () => {
    const gateway = hedging(150)
    for (let count = 0; count < 19; count += 1) await gateway.ask()
    expect(gateway.client.asked).toHaveLength(19)
  })

  it('is done for one question of twenty at most', async () => {
    const gateway = hedging()
    await warm(gateway)
    // Always later than what is usual until now.
    for (let count = 0; count < 200; count += 1) {
      gateway.own.delayMs = 20 + count / 2
      await gateway.ask()
    }
    const hedges = gateway.client.asked.filter(({ endpoint }) => endpoint === replica)
    expect(hedges.length).toBeGreaterThan(0)
    expect(hedges.length).toBeLessThanOrEqual((200 + 100) / 20)
  })

  it('takes the second answer where the first fails, and the first where the second does', async () => {
    for (const failing of [own, replica]) {
      const timers = new VirtualTimers()
      let late = false
      const client = clientLike(async ({ endpoint }) => {
        if (!late) return OK
        await new Promise<void>((resolve) => void timers.after(endpoint === own ? 30 : 10, resolve))
        if (endpoint === failing) throw new SourceFault('CONNECTION_FAILED')
        return OK
      })
      const { ask } = asking(client, { timers, hedging: true })
      for (let count = 0; count < 40; count += 1) await ask(replicated)
      late = true
      const asked = ask(replicated)
      await timers.pass(100)
      expect(told(await asked)).toBe('EMPTY')
    }
  })

  it('ends both when the time is up', async () => {
    const timers = new VirtualTimers()
    let silent = false
    const client = clientLike(async () => (silent ? new Promise(() => {}) : OK))
    const gateway = asking(client, { timers, hedging: true })
    for (let count = 0; count < 40; count += 1) await gateway.ask(replicated)
    silent = true
    client.asked.length = 0
    const asked = gateway.ask(replicated)
    await timers.pass(3_000)
    expect(told(await asked)).toBe('TIMED_OUT DEADLINE')
    expect(client.asked.map(({ signal }) => signal.aborted)).toEqual([true, true])
    expect(timers.waiting).toBe(0)
  })
})

describe('A replica', () => {
  const ended: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ended.splice(0)) await end()
  })

  it('gets a proof for its own address', async () => {
    const gone = await startRawSource({})
    await gone.close()
    const source = await startRawSource({
      onRequest: (socket) => void socket.write(answer(NOTHING)),
    })
    const client = clientOf()
    ended.push(
      () => source.close(),
      () => client.close(),
    )
    const { ask } = asking(client)
    const provider = providerOf(gone.endpoint, { replicas: [source.endpoint] })
    // Five failures open the circuit of the own endpoint.
    for (let count = 0; count < 5; count += 1) await ask(provider)
    expect(told(await ask(provider))).toBe('EMPTY')
    const [, payload] = /dpop: ([^\r]+)/.exec(source.requests[0] ?? '')?.[1]?.split('.') ?? []
    const { htu } = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as {
      htu: string
    }
    expect(htu).toBe(`${source.endpoint}/graphql`)
  })
})
