import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connectRedis, type Logger, silentLogger } from '@kilde/service'
import { openSharedStore, type SharedStore, TrustError } from '@kilde/trust'
import { type Replicas, startReplicas } from './replicas.js'
import { type OwnRedis, ownRedis } from './start-redis.js'

let redis: OwnRedis
beforeAll(async () => {
  redis = await ownRedis()
  await redis.start()
})
afterAll(() => redis.kill())

const PROCESSES = 4
const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)

async function ready(store: SharedStore): Promise<SharedStore> {
  while (store.health().some(({ ok }) => !ok)) await pause(10)
  return store
}

const opened = (name = 'kilde:test', logger: Logger = silentLogger): Promise<SharedStore> =>
  ready(openSharedStore({ redisUrl: redis.url, name, logger, now: Date.now }))

const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => answer,
    (error) => (error instanceof TrustError ? error.code : error),
  )

describe('replicas in processes of their own that share one Redis', () => {
  let replicas: Replicas
  beforeAll(async () => {
    replicas = await startReplicas(PROCESSES, redis.url)
  })
  afterAll(() => replicas.stop())

  it('let exactly one of 1,000 uses of a proof at once through, in 100 of 100 rounds', async () => {
    for (let round = 0; round < 100; round += 1) {
      const task = { method: 'claim', key: `proof ${round}`, times: 250 } as const
      expect(sum(await replicas.ask(Array(PROCESSES).fill(task)))).toBe(1)
    }
  }, 60_000)

  it('bind an attest to exactly one of the patients that it is used for at once, in 100 rounds', async () => {
    for (let round = 0; round < 100; round += 1) {
      const tasks = Array.from({ length: PROCESSES }, (_, place) => ({
        ...{ method: 'bind', key: `attest ${round}`, value: `patient ${place}`, times: 10 },
      })) as Parameters<Replicas['ask']>[0]
      const yes = await replicas.ask(tasks)
      expect(yes.filter((count) => count === 10)).toHaveLength(1)
      expect(sum(yes)).toBe(10)
    }
  }, 60_000)

  it('give out together no more than there is, however many ask at once, in 100 of 100 rounds', async () => {
    for (let round = 0; round < 100; round += 1) {
      const task = { method: 'take', key: `signature ${round}`, most: 30, times: 25 } as const
      expect(sum(await replicas.ask(Array(PROCESSES).fill(task)))).toBe(30)
    }
  }, 60_000)
})

describe('the shared store', () => {
  it('remembers over a restart of the service what was used', async () => {
    const before = await opened()
    expect(await before.claim('used before', 60_000)).toBe(true)
    await before.close()
    const after = await opened()
    expect(await after.claim('used before', 60_000)).toBe(false)
    await after.close()
  })

  it('takes all shares or none, and counts them until the latest end', async () => {
    const store = await opened()
    const share = (wanted: number, part = 'rows') => ({ part, wanted, most: 5 })
    const take = (...shares: readonly ReturnType<typeof share>[]) =>
      store.take('all or none', shares, 120)
    expect(await take(share(3))).toBe(true)
    expect(await take(share(3), share(1, 'other'))).toBe(false)
    expect(await take(share(2), share(5, 'other'))).toBe(true)
    expect(await take(share(1, 'other'))).toBe(false)
    await store.take('all or none', [share(0)], 600)
    await pause(200)
    expect(await take(share(1))).toBe(false)
    await pause(500)
    expect(await take(share(5))).toBe(true)
    await store.close()
  })

  it('keeps services apart that use one Redis', async () => {
    const [one, other] = [await opened('kilde:one'), await opened('kilde:other')]
    expect(await one.claim('same', 60_000)).toBe(true)
    expect(await other.claim('same', 60_000)).toBe(true)
    await Promise.all([one.close(), other.close()])
  })

  it('forgets in time, and holds nothing but digests', async () => {
    const looking = connectRedis(redis.url, silentLogger)
    const { client } = looking
    await pause(100)
    await client.flushall()
    const store = await opened()
    await store.claim('kilde:gateway key-1 jti-1', 40)
    await store.bind('attest-1', 'urn:oid:2.16.578.1.12.4.1.4.1|12837531282', 60_000)
    await store.take('signature-1', [{ part: 'p12837531282', wanted: 2, most: 5 }], 60_000)
    const keys = await client.keys('*')
    expect(keys.sort()).toEqual([
      expect.stringMatching(/^kilde:test:bound:[\w-]{43}$/),
      expect.stringMatching(/^kilde:test:once:[\w-]{43}$/),
      expect.stringMatching(/^kilde:test:taken:[\w-]{43}$/),
    ])
    expect(await client.hgetall(keys[2] ?? '')).toEqual({
      [createHash('sha256').update('p12837531282').digest('base64url')]: '2',
    })
    expect(await client.pttl(keys[2] ?? '')).toBeGreaterThan(50_000)
    expect(await client.get(keys[0] ?? '')).toMatch(/^[\w-]{43}$/)
    expect(await client.pttl(keys[0] ?? '')).toBeGreaterThan(50_000)
    await pause(60)
    expect(await store.claim('kilde:gateway key-1 jti-1', 40)).toBe(true)
    await Promise.all([store.close(), looking.close()])
  })

  it('denies while Redis is gone, says so once, and works again when it is back', async () => {
    const lines: string[] = []
    const note = (_: object, line: string): void => void lines.push(line)
    const store = await opened('kilde:test', { info: note, warn: note, error: note })
    await redis.kill()
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await codeOf(store.claim('meanwhile', 60_000))).toBe('REPLAY_STORE_UNAVAILABLE')
      expect(await codeOf(store.bind('meanwhile', 'x', 60_000))).toBe('REPLAY_STORE_UNAVAILABLE')
      const taking = store.take('meanwhile', [{ part: 'rows', wanted: 1, most: 9 }], 60_000)
      expect(await codeOf(taking)).toBe('REPLAY_STORE_UNAVAILABLE')
      await pause(20)
    }
    expect(store.health()).toMatchObject([{ name: 'redis', ok: false }])
    await redis.start()
    await ready(store)
    expect(await store.claim('meanwhile', 60_000)).toBe(true)
    expect(lines).toEqual([
      'Redis cannot be reached: whatever needs it is refused',
      'Redis is back',
    ])
    await store.close()
  })
})
