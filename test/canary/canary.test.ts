import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MARK } from './canaries.js'
import { told } from './search-memory.js'
import { LONG_MS, type Setting, startSetting } from './setting.js'
import { makeTraffic } from './traffic.js'

const QUERIES = 1_000
const IDLE_MS = 60_000

describe('after 1,000 queries about one patient and a minute without any, the gateway', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await startSetting()
  }, LONG_MS)
  afterAll(() => setting?.stop(), LONG_MS)

  it(
    'answered with what it was to forget, and held it in its memory',
    async () => {
      const traffic = await makeTraffic(setting.network, QUERIES)
      expect(traffic.asked).toBeGreaterThanOrEqual(QUERIES)
      expect(traffic.withData).toBeGreaterThan(QUERIES / 10)
      expect(Object.keys(traffic.statuses)).toEqual(expect.arrayContaining(['200', '400', 'left']))
      expect(setting.searchCore().length).toBeGreaterThan(0)
      await wait(IDLE_MS)
    },
    LONG_MS,
  )

  it(
    'holds nothing about the patient in any page of its memory',
    () => {
      expect(told(setting.searchCore())).toEqual([])
    },
    LONG_MS,
  )

  it(
    'holds nothing about the patient in its heap',
    async () => {
      expect(told(await setting.searchHeap())).toEqual([])
    },
    LONG_MS,
  )

  it('left nothing about the patient in any file', () => {
    expect(told(setting.searchDisk())).toEqual([])
  })

  it(
    'is found out, wherever it keeps something',
    async () => {
      await setting.gateway.keep({
        heap: `${MARK} in the heap ✓`,
        native: `${MARK} outside the heap`,
        file: `${MARK} in a file`,
      })
      const core = told(setting.searchCore())
      expect(core).toEqual(expect.arrayContaining([expect.stringContaining('outside the heap')]))
      expect(core).toEqual(expect.arrayContaining([expect.stringContaining('two-byte text')]))
      const heap = told(await setting.searchHeap())
      expect(heap).toEqual(expect.arrayContaining([expect.stringContaining('in the heap')]))
      const disk = told(setting.searchDisk())
      expect(disk).toEqual(expect.arrayContaining([expect.stringContaining('base64')]))
    },
    LONG_MS,
  )
})
