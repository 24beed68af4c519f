import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeWholeChart } from '@kilde/contract/compose'
import { dataOf } from '../kit/answers.js'
import { MARK, patient } from './canaries.js'
import { type Find, told } from './search-memory.js'
import { LONG_MS, type Setting, startSetting } from './setting.js'
import { makeTraffic } from './traffic.js'

/** canary.test.ts asks ten times as much, waits a minute, and looks more closely: it runs in CI. */
const QUERIES = 100
/** When to look again, and how often: on a busy machine the clearing itself takes seconds. */
const IDLE_MS = 5_000
const MOST_LOOKS = 10

describe('a gateway without requests', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await startSetting({ KILDE_IDLE_CLEAR_MS: '1000' })
  }, LONG_MS)
  afterAll(() => setting?.stop(), LONG_MS)

  it('has answered with texts of every class of data', async () => {
    const { text, variables } = writeWholeChart()
    const answer = await setting.network.ask('nurse', text, {
      ...variables,
      identifier: patient.identifier,
    })
    const { patient: chart } = dataOf<{ patient: Readonly<Record<string, unknown>> }>(answer)
    const lists = Object.entries(chart).filter(([name]) => name !== 'id')
    const without = lists.filter(([, list]) => !JSON.stringify(list).includes(MARK))
    // Codes that nobody measured, folded numbers, and who holds anything.
    const textless = ['latestObservations', 'observationTrend', 'availability']
    expect(without.map(([name]) => name)).toEqual(textless)
  })

  it(
    'soon holds nothing about a patient any more, in its memory or in a file',
    async () => {
      const traffic = await makeTraffic(setting.network, QUERIES)
      expect(traffic.withData).toBeGreaterThan(QUERIES / 10)
      expect(setting.searchCore().length).toBeGreaterThan(0)
      expect(told(await lookUntilClear(setting))).toEqual([])
      expect(told(setting.searchDisk())).toEqual([])
    },
    LONG_MS,
  )
})

/** What is there at the last look. */
async function lookUntilClear(setting: Setting): Promise<readonly Find[]> {
  let finds: readonly Find[] = []
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    await wait(IDLE_MS)
    finds = setting.searchCore()
    if (finds.length === 0) break
  }
  return finds
}
