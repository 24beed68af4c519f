import { afterAll, beforeAll } from '@jest/globals'
import { patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { accesses } from './accesses.js'
import { failures } from './failures.js'
import { nodes, ownKeys } from './logs.js'
import { published } from './published.js'
import { refused } from './refused.js'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: nodes,
    settings: ownKeys,
    // The GP knows nothing of this patient.
    data: {
      patient: patients.copd,
      organizations: ['municipality', 'hospital'],
      rows: 8,
      until: new Date('2026-03-15T10:00:00+01:00'),
    },
  })
}, 120_000)
afterAll(() => network.stop(), 60_000)

// Last what makes logs unusable: it is put right again, but a record of it stays.
for (const behaviour of [accesses, refused, published, failures]) behaviour(() => network)
