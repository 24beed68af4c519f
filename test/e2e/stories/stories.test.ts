import { afterAll, beforeAll } from '@jest/globals'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { acuteWard } from './acute-ward.js'
import { NOW } from './course.js'
import { generalPractitioner } from './general-practitioner.js'
import { lungClinic } from './lung-clinic.js'
import { municipalNurse } from './municipal-nurse.js'
import { overview } from './overview.js'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ data: 'demo', until: NOW })
}, 120_000)
afterAll(() => network.stop(), 60_000)

for (const story of [acuteWard, lungClinic, municipalNurse, generalPractitioner, overview]) {
  story(() => network)
}
