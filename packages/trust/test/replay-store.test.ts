import { describe, expect, it } from '@jest/globals'
import { memoryBindingStore, memoryReplayStore, memoryTallyStore } from '../src/index.js'
import { refusal } from './refusals.js'

describe('the store of used proofs', () => {
  it('says yes once', async () => {
    const store = memoryReplayStore({ now: () => 0 })
    expect(await store.claim('a', 1000)).toBe(true)
    expect(await store.claim('a', 1000)).toBe(false)
    expect(await store.claim('b', 1000)).toBe(true)
  })

  it('refuses all when full rather than forgetting one that is in force, and recovers', async () => {
    let nowMs = 0
    const store = memoryReplayStore({ capacity: 2, now: () => nowMs })
    await store.claim('a', 1000)
    await store.claim('b', 1000)
    await refusal(store.claim('c', 1000), 'REPLAY_STORE_FULL')
    expect(await store.claim('a', 1000)).toBe(false)
    nowMs = 1000
    expect(await store.claim('c', 1000)).toBe(true)
  })
})

describe('the store of first uses', () => {
  it('holds to the first, however often and by how many it is asked', async () => {
    const store = memoryBindingStore({ now: () => 0 })
    const answers = await Promise.all(
      ['one', 'other', 'one', 'other'].map((patient) => store.bind('attest', patient, 1000)),
    )
    expect(answers).toEqual([true, false, true, false])
    expect(await store.bind('another attest', 'other', 1000)).toBe(true)
  })

  it('lets go when its time is over, counted from the first use', async () => {
    let nowMs = 0
    const store = memoryBindingStore({ now: () => nowMs })
    await store.bind('attest', 'one', 1000)
    nowMs = 999
    expect(await store.bind('attest', 'one', 1000)).toBe(true)
    expect(await store.bind('attest', 'other', 1000)).toBe(false)
    nowMs = 1000
    expect(await store.bind('attest', 'other', 1000)).toBe(true)
  })

  it('refuses new ones when full of those in force, and recovers', async () => {
    let nowMs = 0
    const store = memoryBindingStore({ capacity: 1, now: () => nowMs })
    await store.bind('a', 'one', 1000)
    await refusal(store.bind('b', 'one', 1000), 'REPLAY_STORE_FULL')
    expect(await store.bind('a', 'one', 1000)).toBe(true)
    nowMs = 1000
    expect(await store.bind('b', 'one', 1000)).toBe(true)
  })
})

describe('the store of what was taken', () => {
  const share = (wanted: number, part = 'rows') => ({ part, wanted, most: 5 })

  it('gives all shares or none, and never more than there is', async () => {
    const store = memoryTallyStore({ now: () => 0 })
    const answers = await Promise.all([1, 2, 3].map((n) => store.take('a', [share(n)], 1000)))
    expect(answers).toEqual([true, true, false])
    expect(await store.take('a', [share(3), share(1, 'other')], 1000)).toBe(false)
    expect(await store.take('a', [share(2), share(5, 'other')], 1000)).toBe(true)
    expect(await store.take('a', [share(1, 'other')], 1000)).toBe(false)
    expect(await store.take('b', [share(5)], 1000)).toBe(true)
  })

  it('counts as long as asked for from the latest taking, and refuses all when full', async () => {
    let nowMs = 0
    const store = memoryTallyStore({ capacity: 1, now: () => nowMs })
    expect(await store.take('a', [share(5)], 1000)).toBe(true)
    nowMs = 900
    expect(await store.take('a', [share(1)], 5000)).toBe(false)
    expect(await store.take('a', [share(0)], 1000)).toBe(true)
    await refusal(store.take('b', [share(1)], 1000), 'REPLAY_STORE_FULL')
    nowMs = 1899
    expect(await store.take('a', [share(1)], 1000)).toBe(false)
    nowMs = 1900
    expect(await store.take('b', [share(5)], 1000)).toBe(true)
  })
})
