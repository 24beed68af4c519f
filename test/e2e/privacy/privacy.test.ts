import { afterAll, beforeAll } from '@jest/globals'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { blocks } from './blocks.js'
import { outage } from './outage.js'
import { restart, type StartPrivacy } from './restart.js'
import { service } from './service.js'
import { loadCopies } from './world.js'

let network: WatchedNetwork
let startPrivacy: StartPrivacy
/** How far the services' clock is ahead (milliseconds). */
let ahead = 0
const clock = {
  now: () => Date.now() + ahead,
  advance: (ms: number) => {
    ahead += ms
  },
}
beforeAll(async () => {
  network = await startNetwork({
    now: clock.now,
    launcher: (own) => ({
      ...own,
      start(listener, environment) {
        if (listener === 'privacy') {
          startPrivacy = (change) => own.start(listener, { ...environment, ...change(environment) })
        }
        return own.start(listener, environment)
      },
    }),
    // Tokens that outlive the outage.
    settings: { identity: { KILDE_TOKEN_SECONDS: '3600' } },
  })
  await loadCopies(network)
}, 120_000)
afterAll(() => network.stop(), 60_000)

service(() => network)
blocks(() => network)
const stopSecond = restart(
  () => network,
  (change) => startPrivacy(change),
)
// Last: the service does not come back.
outage(() => network, clock, stopSecond)
