import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoStories } from '@kilde/demo'
import { patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { hospital, overviewOf, PARTS, statusesOf } from './ask.js'

const { identifier } = patients.copd

describe('an overview of an organisation that answers only what the requester has signed', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({
      organizations: ['municipality', 'hospital'],
      signed: ['hospital'],
    })
    for (const { organization, bundle } of demoStories(new Date())) {
      if (organization === 'municipality' || organization === 'hospital')
        await network.loaderTo(organization).load(bundle)
    }
  }, 120_000)
  afterAll(() => network.stop(), 60_000)

  it('comes to who signed the whole: its parts are within it', async () => {
    const overview = await overviewOf(network, 'nurse', identifier)
    for (const part of PARTS)
      expect(statusesOf(overview[part])[hospital.number]).toMatch(/^(OK|EMPTY)$/)
    expect(overview.complete).toBe(true)
  })

  it('comes by default arguments too, and page by page within what was signed', async () => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      overview { latest { complete sources { status } } activePlans(first: 1) { nodes { title } sources { status } } } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { overview: { latest: { complete: true }, activePlans: { nodes: [{}] } } },
    })
  })
})
