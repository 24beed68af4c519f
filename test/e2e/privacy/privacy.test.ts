import { afterAll, beforeAll } from '@jest/globals'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { service } from './service.js'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork()
}, 120_000)
afterAll(() => network.stop(), 60_000)

service(() => network)
