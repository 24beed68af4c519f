import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { CatalogueState } from '@kilde/catalogue'
import { type Epoch, generateOprfKey, signHoldings } from '@kilde/locate'
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
