import { afterAll, beforeAll } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import { patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { features } from './features.js'
import { refusals } from './refusals.js'
import { requesters } from './requesters.js'
import { unknownPatient } from './unknown-patient.js'

/** Rows that each organisation of a patient holds. */
const EACH = 4

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork()
  const until = new Date('2026-03-15T10:00:00+01:00')
  for (const key of ['copd', 'diabetes', 'child'] as const) {
    const patient = patients[key]
    const { organizations } = patient
    await network.load(
      generateRows({ patient, organizations, rows: EACH * organizations.length, until, seed: key }),
    )
  }
}, 120_000)
afterAll(() => network.stop(), 60_000)

for (const behaviour of [unknownPatient, refusals, features, requesters]) behaviour(() => network)
