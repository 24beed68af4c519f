import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { told } from './search-memory.js'
import { LONG_MS, type Setting, startSetting } from './setting.js'
import { makeTraffic } from './traffic.js'

/** canary.test.ts asks ten times as much, waits a minute, and looks more closely: it runs in CI. */
const QUERIES = 100
const IDLE_MS = 8_000

describe('a gateway without requests', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await startSetting({ KILDE_IDLE_CLEAR_MS: '1000' })
  }, LONG_MS)
  afterAll(() => setting?.stop(), LONG_MS)

  it(
    'soon holds nothing about a patient any more, in its memory or in a file',
    async () => {
      const traffic = await makeTraffic(setting.network, QUERIES)
      expect(traffic.withData).toBeGreaterThan(QUERIES / 10)
      expect(setting.searchCore().length).toBeGreaterThan(0)
      await wait(IDLE_MS)
      expect(told(setting.searchCore())).toEqual([])
      expect(told(setting.searchDisk())).toEqual([])
    },
    LONG_MS,
  )
})
