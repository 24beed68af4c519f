import { describe, expect, it } from '@jest/globals'
import { memoryReplayStore } from '../src/index.js'
import { refusal } from './refusals.js'

describe('the store of used proofs', () => {
  it('says yes once, and tells keys apart', async () => {
    const store = memoryReplayStore({ now: () => 0 })
    expect(await store.use('a', 'key-1', 1000)).toBe(true)
    expect(await store.use('a', 'key-1', 1000)).toBe(false)
    expect(await store.use('a', 'key-2', 1000)).toBe(true)
    expect(await store.use('b', 'key-1', 1000)).toBe(true)
  })

  it('refuses all when full rather than forgetting one that is in force, and recovers', async () => {
    let nowMs = 0
    const store = memoryReplayStore({ capacity: 2, now: () => nowMs })
    await store.use('a', 'k', 1000)
    await store.use('b', 'k', 1000)
    await refusal(store.use('c', 'k', 1000), 'REPLAY_STORE_FULL')
    expect(await store.use('a', 'k', 1000)).toBe(false)
    nowMs = 1000
    expect(await store.use('c', 'k', 2000)).toBe(true)
  })
})
