import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoPlans } from '@kilde/demo'
import { patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { hospital, plansOf, statusesOf } from './ask.js'

const identifier = patients.copd.identifier

describe('plans of an organisation that answers only what the requester has signed', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({
      organizations: ['municipality', 'hospital'],
      signed: ['hospital'],
    })
    for (const { organization, bundle } of demoPlans(new Date())) {
      if (organization === 'municipality' || organization === 'hospital') {
        await network.loaderTo(organization).load(bundle)
      }
    }
  }, 120_000)
  afterAll(() => network.stop())

  it('come to who signed for them, with what the gateway needs to compare them', async () => {
    const plans = await plansOf(network, 'nurse', { identifier })
    expect(statusesOf(plans)[hospital.number]).toBe('OK')
    expect([plans.nodes.length, plans.conflict, plans.complete]).toEqual([3, true, true])
  })

  it('are not compared for who did not sign for that', async () => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      carePlans(first: 2) { nodes { title } complete sources { status } } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { carePlans: { nodes: [{}, {}], complete: true } },
    })
  })
})
