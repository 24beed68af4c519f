import { afterAll, afterEach, beforeAll, describe, jest } from '@jest/globals'
import { broken } from './processes/broken.js'
import { killed } from './processes/killed.js'
import { leaving } from './processes/leaving.js'
import { heal, type Setting, startSetting, stopSetting } from './processes/setting.js'
import { silent } from './processes/silent.js'
import { STARTING_MS } from './setting.js'

// Many processes on a machine that may be busy with other things.
jest.setTimeout(STARTING_MS)

// One network for all: to start it takes longer than each of these. Full numbers: `npm run test:faults -- --real --scale full`.
describe('One of many sources that are processes of their own', () => {
  let setting: Setting | undefined
  beforeAll(async () => {
    setting = await startSetting()
  }, STARTING_MS)
  afterEach(() => setting && heal(setting), STARTING_MS)
  afterAll(() => setting && stopSetting(setting))

  const current = (): Setting => {
    if (!setting) throw new Error('there is no network')
    return setting
  }
  killed(current)
  silent(current)
  broken(current)
  leaving(current)
})
