import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { CatalogueState } from '@kilde/catalogue'
import {
  digestOfFilter,
  type Epoch,
  generateOprfKey,
  LocateError,
  signHoldings,
  signWord,
} from '@kilde/locate'
import { silentLogger } from '@kilde/service'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import { createFilterFollower, type FilterFollower } from '../src/locate/filter-follower.js'

const number = '310000108'
const dataClass = 'Observation'
const publicKey = Buffer.from(generateOprfKey().publicKey).toString('base64url')
const epoch: Epoch = { id: 'one', publicKey, fromMs: 0, untilMs: 1e15 }

describe('The filters that a gateway holds', () => {
  let key: PrivateJwk
  let state: CatalogueState
  let served: string | undefined | Error
  let epochs: readonly Epoch[] | Error
  let told: (state: CatalogueState) => void
  let asked: string[]
  let filters: FilterFollower
  let say: (jws: string) => Promise<void>
  let breakOff: () => void
  let elapsedMs: number

  const stateWith = (change: object = {}): CatalogueState => ({
    ...{ version: 1, issuedAt: '2026-11-22T12:00:00Z', agreements: [], memberships: [] },
    organizations: [
      {
        ...{
          number,
          name: 'One',
          kind: 'GP',
          endpoint: 'http://127.0.0.1:1',
          servesCitizens: true,
        },
        ...{ dataClasses: [dataClass, 'AuditEvent'], contractVersion: '1.0', state: 'ACTIVE' },
        pageKeys: [publicPart(key)],
        ...change,
      },
    ],
  })
  const filter = (asOfMs: number, by: PrivateJwk = key) =>
    signHoldings(
      {
        ...{ organization: number, dataClass, covers: [], epoch, asOfMs },
        ...{ falsePositiveRate: 0.01, outputs: [] },
      },
      by,
    )
  const asOf = (): number | undefined => filters.of(number, dataClass)?.asOfMs

  beforeAll(async () => {
    key = await generateKey()
  })
  beforeEach(async () => {
    state = stateWith()
    served = await filter(1_000)
    epochs = [epoch]
    asked = []
    elapsedMs = 0
    filters = createFilterFollower({
      follower: {
        current: () => ({ state, confirmedAtMs: 0, stale: false }),
        onChange: (callback) => {
          told = callback
          return () => {}
        },
      },
      async fetch(_endpoint, wanted) {
        asked.push(wanted)
        if (served instanceof Error) throw served
        return served
      },
      async fetchEpochs() {
        if (epochs instanceof Error) throw epochs
        return epochs
      },
      words: {
        hear(_endpoint, take, signal) {
          say = take
          return new Promise<never>((_resolve, reject) => {
            breakOff = () => reject(new LocateError('LOCATOR_UNREACHABLE'))
            signal.addEventListener('abort', breakOff)
          })
        },
        ...{ silenceMs: 15_000, random: () => 0, elapsed: () => elapsedMs },
      },
      everyMs: 3_600_000,
      logger: silentLogger,
    })
    await filters.start()
  })
  afterEach(() => filters.stop())

  it('are of every class but logs, and of the keys that hold', () => {
    expect(asked).toEqual([dataClass])
    expect(asOf()).toBe(1_000)
    expect(filters.epochs()).toEqual([epoch])
  })

  it('go on while they cannot be fetched, and are gone when they are withdrawn', async () => {
    served = new Error('unreachable')
    await filters.refresh()
    expect(asOf()).toBe(1_000)
    served = undefined
    await filters.refresh()
    expect(asOf()).toBeUndefined()
  })

  it('never go back in time', async () => {
    served = await filter(999)
    await filters.refresh()
    expect(asOf()).toBe(1_000)
    served = await filter(1_001)
    await filters.refresh()
    expect(asOf()).toBe(1_001)
  })

  it('are not taken from a key that the registry does not name', async () => {
    served = await filter(2_000, await generateKey())
    await filters.refresh()
    expect(asOf()).toBe(1_000)
  })

  it('have no keys where the evaluator cannot be asked: a revoked one must not go on', async () => {
    epochs = new Error('unreachable')
    await filters.refresh()
    expect(filters.epochs()).toEqual([])
  })

  describe('are gone by', () => {
    const heldAt = (): number | undefined => {
      const held = filters.of(number, dataClass)
      return held && filters.heldAt(held)
    }
    const word = (asOfMs: number, jws: string | undefined, by: PrivateJwk = key) => {
      const named = new Map(jws === undefined ? [] : [[dataClass, digestOfFilter(jws)] as const])
      return signWord({ organization: number, asOfMs, filters: named }, by)
    }
    const until = async (test: () => boolean): Promise<void> => {
      while (!test()) await new Promise((resolve) => setTimeout(resolve, 5))
    }

    it('only while their organisation says that they hold', async () => {
      expect(heldAt()).toBeUndefined()
      await say(await word(1_500, served as string))
      expect(heldAt()).toBe(1_500)
      await say(await word(1_600, undefined))
      expect(heldAt()).toBeUndefined()
    })

    it('no longer where nothing was heard for a while, or the connection is gone', async () => {
      await say(await word(1_500, served as string))
      elapsedMs = 15_000
      expect(heldAt()).toBe(1_500)
      elapsedMs = 15_001
      expect(heldAt()).toBeUndefined()
      await say(await word(1_600, served as string))
      expect(heldAt()).toBe(1_600)
      breakOff()
      await until(() => heldAt() === undefined)
    })

    it('never on the word of somebody else, or on an older one', async () => {
      await say(await word(1_500, served as string))
      const other = await generateKey()
      const untrusted = { code: 'HOLDINGS_UNTRUSTED' }
      await expect(say(await word(1_600, served as string, other))).rejects.toMatchObject(untrusted)
      await expect(say(await word(1_499, served as string))).rejects.toMatchObject(untrusted)
      expect(heldAt()).toBe(1_500)
    })

    it('at once in their newest form: the one that the word names is fetched', async () => {
      served = await filter(2_000)
      await say(await word(2_000, served))
      await until(() => heldAt() === 2_000)
      expect(asked).toEqual([dataClass, dataClass])
      await say(await word(2_100, served))
      await filters.refresh()
      expect(asked).toHaveLength(2)
    })
  })

  it.each([
    ['leaves', { endpoint: undefined }],
    ['has no key any more', { pageKeys: undefined }],
    ['is paused', { state: 'PAUSED' }],
  ])('are forgotten at once when their organisation %s', (_how, change) => {
    state = stateWith(change)
    told(state)
    expect(asOf()).toBeUndefined()
  })
})
