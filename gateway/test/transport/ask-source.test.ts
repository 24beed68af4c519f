import { afterEach, describe, expect, it } from '@jest/globals'
import type { AccessToken } from '@kilde/trust'
import type { Requester } from '../../src/path/stage.js'
import type { SourceClient } from '../../src/transport/source-client.js'
import { SourceFault } from '../../src/transport/source-fault.js'
import { createSourceTokens } from '../../src/transport/source-tokens.js'
import { asking, clientLike, manyProviders, NOTHING, OK, told } from './asking.js'
import { clientOf, providerOf } from './kit.js'
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

function client(): SourceClient {
  const made = clientOf()
  ended.push(() => made.close())
  return made
}

const sends = (text: string): RawBehaviour => ({ onRequest: (socket) => void socket.write(text) })
const refusal = (status: string, code: string): string =>
  answer(`{"errors":[{"extensions":{"code":"${code}"}}]}`, `HTTP/1.1 ${status}\r\n`)

/** Where nobody listens. */
async function nowhere(): Promise<string> {
  const source = await startRawSource({})
  await source.close()
  return source.endpoint
}

describe('Asking a source', () => {
  it('gives one answer with one status, whatever happens', async () => {
    const places: readonly (readonly [RawBehaviour, string])[] = [
      [sends(answer(NOTHING)), 'EMPTY'],
      [sends(refusal('403 Forbidden', 'POLICY_REFUSED')), 'REFUSED POLICY'],
      [sends(refusal('503 Service Unavailable', 'STOPPING')), 'UNREACHABLE STOPPING'],
      [sends(answer('{"data"')), 'INVALID RESPONSE_MALFORMED'],
      [sends(answer('x'.repeat(200_000))), 'INVALID RESPONSE_TOO_LARGE'],
      [
        { onRequest: (socket) => socket.end(`${HEAD}content-length: 9\r\n\r\n{`) },
        'UNREACHABLE INTERRUPTED',
      ],
      [{ onRequest: (socket) => socket.destroy() }, 'UNREACHABLE CONNECTION_FAILED'],
    ]
    const { ask } = asking(client())
    for (const [behaviour, expected] of places) {
      const { endpoint } = await started(behaviour)
      expect(told(await ask(providerOf(endpoint)))).toBe(expected)
    }
    expect(told(await ask(providerOf(await nowhere())))).toBe('UNREACHABLE CONNECTION_FAILED')
  })

  it('ends at the deadline, and so does the connection, while others have long answered', async () => {
    const silent = await started({})
    const drips = await started({
      onRequest: (socket) => {
        socket.write(`${HEAD}content-length: 100000\r\n\r\n`)
        const drip = setInterval(() => socket.write('x'), 2)
        socket.on('close', () => clearInterval(drip))
      },
    })
    const quick = await started(sends(answer(NOTHING)))
    const { ask, timers } = asking(client())
    const late = Promise.all([silent, drips].map(({ endpoint }) => ask(providerOf(endpoint))))
    expect(told(await ask(providerOf(quick.endpoint)))).toBe('EMPTY')
    await Promise.all([silent.asked(), drips.asked()])
    await timers.pass(2_999)
    expect([silent.open(), drips.open()]).toEqual([1, 1])
    await timers.pass(1)
    expect((await late).map(told)).toEqual(Array(2).fill('TIMED_OUT DEADLINE'))
    await Promise.all([silent.left(), drips.left()])
  })

  it('asks nobody when no time is left', async () => {
    const source = await started(sends(answer(NOTHING)))
    const { ask, fetched } = asking(client())
    expect(told(await ask(providerOf(source.endpoint), { timeoutMs: 0 }))).toBe(
      'TIMED_OUT DEADLINE',
    )
    expect([source.connections(), fetched]).toEqual([0, []])
  })

  it('leaves no timer behind', async () => {
    const source = await started(sends(answer(NOTHING)))
    const { ask, timers } = asking(client(), { hedging: true })
    const replicas = [await nowhere()]
    for (let count = 0; count < 30; count += 1) await ask(providerOf(source.endpoint, { replicas }))
    expect(timers.waiting).toBe(0)
  })

  it('tells the log what went wrong, without a word of the source', async () => {
    const { endpoint } = await started(sends(answer('ANSWER OF THE SOURCE')))
    const { ask, logged } = asking(client())
    await ask(providerOf(endpoint))
    expect(logged).toEqual([
      'a source did not answer: {"organization":"310000108","status":"INVALID","reason":"RESPONSE_MALFORMED","fault":"InvalidAnswer"}',
    ])
  })
})

describe('Asking a thousand sources', () => {
  it('lets others have their turns in between, and asks them all', async () => {
    const client = clientLike(async () => OK)
    const { askTogether } = asking(client)
    const atTurn: number[] = []
    const watch = () => {
      atTurn.push(client.asked.length)
      if (client.asked.length < 1_000) setImmediate(watch)
    }
    setImmediate(watch)
    const answers = await askTogether(manyProviders(1_000))
    expect(answers.map(told)).toEqual(Array(1_000).fill('EMPTY'))
    const most = Math.max(...atTurn.map((asked, turn) => asked - (atTurn[turn - 1] ?? 0)))
    expect(most).toBeLessThanOrEqual(200)
  })
})

describe('When the client leaves', () => {
  it('every source is let off, also where it has begun to answer', async () => {
    const leaving = new AbortController()
    let arrived = 0
    const arrive = () => {
      arrived += 1
      if (arrived === 3) leaving.abort(new Error('the client left'))
    }
    const sources = await Promise.all([
      started({ onRequest: arrive }),
      started({ onRequest: arrive }),
      started({ onRequest: (socket) => socket.write(`${HEAD}content-length: 9\r\n\r\n{`, arrive) }),
    ])
    const { ask, logged } = asking(client())
    const { signal } = leaving
    const answers = await Promise.all(
      sources.map(({ endpoint }) => ask(providerOf(endpoint), { signal })),
    )
    expect(answers.map(told)).toEqual(['UNREACHABLE', 'UNREACHABLE', 'UNREACHABLE'])
    await Promise.all(sources.map((source) => source.left()))
    expect(logged).toEqual([])
  })

  it('the token exchanges that only it waits for end too', async () => {
    const leaving = new AbortController()
    let exchange: AbortSignal | undefined
    const tokens = createSourceTokens({
      tokens: {
        exchange: ({ signal }) => {
          exchange = signal
          return new Promise<AccessToken>(() => {})
        },
      },
      scope: 'kilde:organization/read',
      now: () => 0,
    })
    const { ask } = asking(client(), { tokens })
    const asked = ask(providerOf('http://127.0.0.1:1'), { signal: leaving.signal })
    await settle()
    leaving.abort(new Error('the client left'))
    expect(told(await asked)).toBe('UNREACHABLE')
    expect(exchange?.aborted).toBe(true)
  })

  it('it is no fault of the sources: their circuits stay closed', async () => {
    const source = await started({})
    const { ask } = asking(client())
    for (let count = 0; count < 20; count += 1) {
      const leaving = new AbortController()
      const asked = ask(providerOf(source.endpoint), { signal: leaving.signal })
      await settle()
      leaving.abort(new Error('the client left'))
      expect(told(await asked)).toBe('UNREACHABLE')
    }
  })
})

describe('Equal questions', () => {
  it('are asked each on its own, for its own requester: no answer is ever shared', async () => {
    const source = await started(sends(answer(NOTHING)))
    const { ask } = asking(client())
    const provider = providerOf(source.endpoint)
    await Promise.all([
      ask(provider, { tokenHash: 'one' }),
      ask(provider, { tokenHash: 'one' }),
      ask(provider, { tokenHash: 'other' }),
    ])
    const tokens = source.requests.map((request) => /DPoP (\S+)/.exec(request)?.[1])
    expect(tokens).toHaveLength(3)
    expect(new Set(tokens)).toEqual(new Set(['token-of-one', 'token-of-other']))
  })
})

describe('The circuit of a source', () => {
  it('opens after failures, is told at once without a token, and closes soon after it has healed', async () => {
    let broken = true
    const source = await started({
      onRequest: (socket) => (broken ? socket.destroy() : socket.write(answer(NOTHING))),
    })
    const { ask, timers, fetched, logged } = asking(client())
    const provider = providerOf(source.endpoint)
    // Of seven requesters in turn: what fails for one alone does not count for all.
    const requesterOf = (turn: number) =>
      ({ tokenHash: 'one', subject: `${turn % 7}`, organization: 'o' }) as Requester
    for (let count = 0; count < 5; count += 1) {
      const answered = await ask(provider, { requester: requesterOf(count) })
      expect(told(answered)).toBe('UNREACHABLE CONNECTION_FAILED')
    }
    expect(told(await ask(provider))).toBe('UNREACHABLE CIRCUIT_OPEN')
    expect([source.requests.length, fetched.length]).toEqual([5, 5])
    // A minute of failing, asked all the time: then the pause is at its longest.
    for (let count = 0; count < 60; count += 1) {
      await timers.pass(1_000)
      await ask(provider, { requester: requesterOf(count) })
    }
    broken = false
    const answers: string[] = []
    for (let second = 0; second < 5; second += 1) {
      await timers.pass(1_000)
      answers.push(told(await ask(provider, { requester: requesterOf(second) })))
    }
    expect(answers.at(-1)).toBe('EMPTY')
    expect(logged.filter((line) => line.includes('circuit') || line.includes('again'))).toEqual([
      'a source is asked again: {"organization":"310000108"}',
    ])
  })

  it.each([
    ['refuses', refusal('403 Forbidden', 'POLICY_REFUSED'), 'REFUSED POLICY'],
    ['does not understand', refusal('400 Bad Request', 'UNKNOWN_FIELD'), 'INVALID SOURCE_FAILED'],
    [
      'cannot write its audit record',
      refusal('503 Service Unavailable', 'AUDIT_UNAVAILABLE'),
      'AUDIT_UNAVAILABLE AUDIT_FAILED',
    ],
  ])('stays closed while it %s', async (_, text, expected) => {
    const source = await started(sends(text))
    const { ask } = asking(client())
    for (let count = 0; count < 30; count += 1) {
      expect(told(await ask(providerOf(source.endpoint)))).toBe(expected)
    }
  })

  it.each([
    ['a silence of its whole time', 3_000, 3_000, 'UNREACHABLE CIRCUIT_OPEN'],
    [
      'a silence of less than half its time, because no more was left',
      1_000,
      1_000,
      'TIMED_OUT DEADLINE',
    ],
  ])('goes by %s', async (_, timeoutMs, passMs, expected) => {
    const silent = clientLike(() => new Promise(() => {}))
    const { ask, timers } = asking(silent, { sourceTimeoutMs: 3_000 })
    const answers: string[] = []
    for (let count = 0; count < 10; count += 1) {
      const asked = ask(providerOf('http://127.0.0.1:1'), { timeoutMs })
      await timers.pass(passMs)
      answers.push(told(await asked))
    }
    expect(answers).toContain(expected)
    expect(answers.includes('UNREACHABLE CIRCUIT_OPEN')).toBe(expected.endsWith('OPEN'))
  })

  it('is always closed where it is switched off', async () => {
    const { ask } = asking(
      clientLike(() => Promise.reject(new SourceFault('CONNECTION_FAILED'))),
      { breaking: false },
    )
    for (let count = 0; count < 50; count += 1) {
      expect(told(await ask(providerOf('http://127.0.0.1:1')))).toBe(
        'UNREACHABLE CONNECTION_FAILED',
      )
    }
  })

  it('is one for each source: another answers all the time', async () => {
    const { ask } = asking(
      clientLike(async ({ endpoint }) => {
        if (endpoint.endsWith('bad')) throw new SourceFault('CONNECTION_FAILED')
        return OK
      }),
    )
    for (let count = 0; count < 20; count += 1) {
      await ask(providerOf('http://127.0.0.1:1/bad', { number: 'bad' }))
      expect(told(await ask(providerOf('http://127.0.0.1:1/good', { number: 'good' })))).toBe(
        'EMPTY',
      )
    }
  })
})

describe('A slow source', () => {
  it('gets only so many questions at a time; the others are told at once, and other sources do not notice', async () => {
    const slow = await started({})
    const quick = await started(sends(answer(NOTHING)))
    const { ask, timers } = asking(client(), { limits: { maxInFlight: 3, maxQueued: 2 } })
    const asked = Array.from({ length: 10 }, () =>
      ask(providerOf(slow.endpoint, { number: 'slow' })),
    )
    const busy = await Promise.all(asked.slice(5))
    expect(busy.map(told)).toEqual(Array(5).fill('UNREACHABLE TOO_BUSY'))
    for (let count = 0; count < 20; count += 1) {
      expect(told(await ask(providerOf(quick.endpoint, { number: 'quick' })))).toBe('EMPTY')
    }
    expect(slow.connections()).toBe(3)
    await timers.pass(3_000)
    expect((await Promise.all(asked.slice(0, 5))).map(told)).toEqual(
      Array(5).fill('TIMED_OUT DEADLINE'),
    )
    await slow.left()
  })

  it('never gets a question whose deadline has passed while it waited', async () => {
    const silent = clientLike(() => new Promise(() => {}))
    const { askTogether, timers } = asking(silent, { limits: { maxInFlight: 1, maxQueued: 5 } })
    const provider = providerOf('http://127.0.0.1:1')
    const asked = askTogether([provider, provider, provider])
    await timers.pass(3_000)
    expect((await asked).map(told)).toEqual(Array(3).fill('TIMED_OUT DEADLINE'))
    expect(silent.asked).toHaveLength(1)
  })
})

describe('A token that a source rejects', () => {
  it('is exchanged anew for the next question', async () => {
    let exchanged = 0
    const tokens = createSourceTokens({
      tokens: {
        exchange: async () => {
          exchanged += 1
          return { value: `token-${exchanged}`, expiresAtMs: 1_000_000 }
        },
      },
      scope: 'kilde:organization/read',
      now: () => 0,
    })
    const source = await started({
      onRequest: (socket, number) =>
        void socket.write(
          number === 1 ? refusal('401 Unauthorized', 'TOKEN_SIGNATURE') : answer(NOTHING),
        ),
    })
    const { ask } = asking(client(), { tokens })
    const provider = providerOf(source.endpoint)
    const answers = [await ask(provider), await ask(provider), await ask(provider)].map(told)
    expect(answers).toEqual(['REFUSED TOKEN_REJECTED', 'EMPTY', 'EMPTY'])
    expect(exchanged).toBe(2)
  })
})
