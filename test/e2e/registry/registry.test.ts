import { afterAll, beforeAll } from '@jest/globals'
import { patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { changes } from './changes.js'
import { outage } from './outage.js'

let network: WatchedNetwork
/** How far the services' clock is ahead (milliseconds). */
let ahead = 0
const clock = {
  now: () => Date.now() + ahead,
  advance: (ms: number) => {
    ahead += ms
  },
}
beforeAll(async () => {
  const organizations = ['municipality', 'hospital', 'gp', 'neighbour'] as const
  network = await startNetwork({
    organizations,
    now: clock.now,
    // Tokens that outlive the outage.
    settings: { identity: { KILDE_TOKEN_SECONDS: '3600' } },
    data: {
      patient: patients.copd,
      organizations,
      rows: 16,
      until: new Date('2026-03-15T10:00:00+01:00'),
    },
  })
}, 120_000)
afterAll(() => network.stop(), 60_000)

changes(() => network)
// Last: the registry does not come back.
outage(() => network, clock)
