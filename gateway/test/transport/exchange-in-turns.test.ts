import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { exchangeInTurns } from '../../src/transport/exchange-in-turns.js'

const token = { value: 'T', expiresAtMs: 1 }

/** An identity service that counts how many exchanges it has at once. */
function identity() {
  const seen = { now: 0, most: 0, all: 0 }
  const exchange = async () => {
    seen.now += 1
    seen.all += 1
    seen.most = Math.max(seen.most, seen.now)
    await sleep(2)
    seen.now -= 1
    return token
  }
  return { seen, exchange }
}

const asked = (audience: string, signal?: AbortSignal) => ({
  subjectToken: 'S',
  audience,
  scope: 'read',
  ...(signal && { signal }),
})

describe('a thousand exchanges at once', () => {
  it('are made so many at a time, and each is made', async () => {
    const { seen, exchange } = identity()
    const tokens = exchangeInTurns({ exchange }, 8)
    const all = Array.from({ length: 1_000 }, (_, source) => tokens.exchange(asked(String(source))))
    expect(await Promise.all(all)).toHaveLength(1_000)
    expect(seen).toEqual({ now: 0, most: 8, all: 1_000 })
  })

  it('leave their place when they fail, or when nobody waits for them any more', async () => {
    const failing = exchangeInTurns({ exchange: () => Promise.reject(new Error('down')) }, 1)
    await expect(failing.exchange(asked('1'))).rejects.toThrow('down')
    await expect(failing.exchange(asked('2'))).rejects.toThrow('down')
    const { seen, exchange } = identity()
    const tokens = exchangeInTurns({ exchange }, 1)
    const leaving = new AbortController()
    const [first, second] = [
      tokens.exchange(asked('1')),
      tokens.exchange(asked('2', leaving.signal)),
    ]
    leaving.abort(new Error('the client left'))
    await expect(second).rejects.toThrow('the client left')
    expect(await first).toBe(token)
    expect(seen.all).toBe(1)
  })
})
