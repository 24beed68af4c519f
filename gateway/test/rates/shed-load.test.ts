import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createServer, type Logger, type Server, silentLogger } from '@kilde/service'
import { jsonReply } from '../../src/http/reply.js'
import { addGraphqlRoute } from '../../src/http/routes.js'

/** Warnings that were told. */
let warned: unknown[] = []
const logger: Logger = Object.assign(Object.create(silentLogger), {
  warn: (...told: unknown[]) => warned.push(told),
})

interface Told {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

describe('a gateway that has too much to do', () => {
  let server: Server | undefined
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })
  /** Requests that wait for it to be let go. */
  let letGo: () => void = () => {}
  let isHeld: Promise<void>
  /** Requests that were let in. */
  let taken = 0

  async function start(bounds: { mostAtOnce?: number; busyAtOnce?: number }): Promise<string> {
    warned = []
    taken = 0
    isHeld = new Promise((resolve) => {
      letGo = resolve
    })
    server = createServer({ logger, bodyLimitBytes: 1_000, health: () => [] })
    addGraphqlRoute(server, {
      handle: async () => {
        taken += 1
        await isHeld
        return jsonReply(200, '{"data":{}}')
      },
      stream: {
        handle: async () => {
          taken += 1
          return { events: forever(isHeld) }
        },
        slowMs: 10_000,
        ended: () => undefined,
      },
      load: { mostAtOnce: 1_000, busyAtOnce: 0, logger, ...bounds },
      now: Date.now,
      headers: [],
    })
    return server.listen(0, '127.0.0.1')
  }

  afterEach(async () => {
    letGo()
    await server?.stop(0)
    agent.destroy()
  })

  function ask(url: string, accept = 'application/json'): Promise<Told> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', accept }
      request(`${url}/graphql`, { method: 'POST', agent, headers }, (answer) => {
        const { statusCode: status = 0, headers: told } = answer
        const retryAfter = told['retry-after']
        text(answer).then((body) => resolve({ status, retryAfter, body }), reject)
      })
        .once('error', reject)
        .end('{}')
    })
  }

  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await wait(5)
  }

  const statuses = async (answers: readonly Promise<Told>[]): Promise<Record<number, number>> => {
    const counts: Record<number, number> = {}
    for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
    return counts
  }

  it('takes so many at once, and tells others when to come back', async () => {
    const url = await start({ mostAtOnce: 3 })
    const held = Array.from({ length: 3 }, () => ask(url))
    await until(() => taken === 3)
    const others = Array.from({ length: 7 }, () => ask(url))
    expect(await statuses(others)).toEqual({ 503: 7 })
    const one = await others[0]
    expect(one).toMatchObject({ retryAfter: expect.stringMatching(/^[123]$/) })
    expect(JSON.parse(one?.body ?? '')).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'OVERLOADED' } }],
    })
    letGo()
    expect(await statuses(held)).toEqual({ 200: 3 })
    expect(warned).toEqual([[{}, 'overload: requests are refused']])
    // Those have left: there is room again.
    expect(await statuses([ask(url), ask(url), ask(url)])).toEqual({ 200: 3 })
  })

  it('gives the place of who went away to somebody else', async () => {
    const url = await start({ mostAtOnce: 1 })
    const left = new AbortController()
    const headers = { 'content-type': 'application/json' }
    const asked = fetch(`${url}/graphql`, {
      ...{ method: 'POST', body: '{}', headers },
      signal: left.signal,
    })
    await until(() => taken === 1)
    expect((await ask(url)).status).toBe(503)
    left.abort()
    await expect(asked).rejects.toThrow()
    letGo()
    while ((await ask(url)).status === 503) await wait(5)
    expect((await ask(url)).status).toBe(200)
  })

  it('does not count streams that are open', async () => {
    const url = await start({ mostAtOnce: 1 })
    const streams: Promise<Told>[] = []
    for (let index = 0; index < 3; index += 1) {
      streams.push(ask(url, 'text/event-stream'))
      // Until it has begun it is a request like any other.
      await until(() => taken === index + 1)
      await wait(5)
    }
    const asked = ask(url)
    await until(() => taken === 4)
    letGo()
    expect(await statuses([asked, ...streams])).toEqual({ 200: 4 })
  })

  it('refuses when it has been at work for half a second and many are under way, and not when few are', async () => {
    const url = await start({ busyAtOnce: 16 })
    let isBusy = true
    const work = (): void => {
      const end = performance.now() + 20
      while (performance.now() < end);
      if (isBusy) setImmediate(work)
    }
    try {
      work()
      const held: Promise<Told>[] = []
      let isRefused = false
      while (!isRefused) {
        const one = ask(url)
        held.push(one)
        void one.then((told) => {
          if (told.status === 503) isRefused = true
        })
        await wait(20)
      }
      isBusy = false
      letGo()
      const { 200: answered = 0, 503: turnedAway } = await statuses(held)
      expect(answered).toBeGreaterThanOrEqual(16)
      expect(turnedAway).toBeGreaterThanOrEqual(1)
      // What is refused is refused before anybody looks at it.
      expect(taken).toBe(answered)
    } finally {
      isBusy = false
    }
    while ((await statuses(Array.from({ length: 40 }, () => ask(url))))[503]) await wait(20)
  })

  it('takes as many as come while it waits for others, and is not busy itself', async () => {
    const url = await start({ busyAtOnce: 16 })
    const many: Promise<Told>[] = []
    for (let turn = 1; turn <= 10; turn += 1) {
      many.push(...Array.from({ length: 10 }, () => ask(url)))
      await until(() => taken === 10 * turn)
      await wait(100)
    }
    letGo()
    expect(await statuses(many)).toEqual({ 200: 100 })
  })
})

async function* forever(until: Promise<void>): AsyncGenerator<string> {
  yield 'event: next\ndata: {}\n\n'
  await until
}
