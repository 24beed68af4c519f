import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { change, liftAll } from '../privacy/settings.js'
import {
  type FollowingNetwork,
  former,
  liedAbout,
  load,
  municipalityIn,
  present,
  pulsesOf,
  startFollowing,
  stranger,
  valuesOf,
} from './network.js'

const UNKNOWN = 'TRUNCATED IDENTITY_LINK_UNKNOWN'

let network: FollowingNetwork
beforeAll(async () => {
  network = await startFollowing([[present, former], [liedAbout, stranger], [stranger]])
}, 120_000)
afterAll(() => network.stop())

describe('Base data that are out', () => {
  const { identifier } = patients.copies

  it('are told of, and what is held under the number itself is shown', async () => {
    await load(network, 'municipality', identifier, [81])
    const answer = await pulsesOf(network, identifier)
    expect(valuesOf(answer)).toEqual(['81'])
    expect([answer.complete, municipalityIn(answer)]).toEqual([false, UNKNOWN])
    expect(valuesOf(await pulsesOf(network, present))).toEqual(['71'])
    network.baseData.isOut = false
    expect(await pulsesOf(network, identifier)).toMatchObject({ complete: true })
  })
})

describe('A patient whose D-number became a national identity number', () => {
  afterEach(() => liftAll(network, 'patient'))

  it.each([present, former])(
    'is answered whole, asked by the one and by the other',
    async (number) => {
      const answer = await pulsesOf(network, number)
      expect(valuesOf(answer)).toEqual(['61', '62', '71'])
      expect(answer).toMatchObject({ complete: true, totalCount: { value: 3 } })
    },
  )

  it('is paged over both', async () => {
    const first = await pulsesOf(network, present, { first: 2 })
    const rest = await pulsesOf(network, present, { first: 2, after: first.pageInfo.endCursor })
    expect([...valuesOf(first), ...valuesOf(rest)].sort()).toEqual(['61', '62', '71'])
    expect(rest.pageInfo.hasNextPage).toBe(false)
  })

  it('has blocked under one number what is asked for under the other', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'Observation' } })
    const answer = await pulsesOf(network, former)
    expect([valuesOf(answer), answer.complete]).toEqual([[], false])
  })

  it('finds each access once in the own log, by whichever number it was asked', async () => {
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200, filter: { classes: ["Observation"] }) {
        complete nodes { items } } } }`
    // The municipality's two rows, of which each access is recorded under both numbers.
    const nodes = async () => {
      const answer = await network.ask('patient', log, { identifier: present })
      const { accessLog } = dataOf<{
        patient: { accessLog: { complete: boolean; nodes: { items: string[] }[] } }
      }>(answer).patient
      return accessLog.nodes.filter(({ items }) => items.length === 2)
    }
    const before = (await nodes()).length
    await pulsesOf(network, present)
    await pulsesOf(network, former)
    expect(await nodes()).toHaveLength(before + 2)
  })

  it('is not another who was born on the same day', async () => {
    const answer = await pulsesOf(network, stranger)
    expect([valuesOf(answer), answer.complete]).toEqual([['99'], true])
  })
})

describe('Base data that lie', () => {
  it('open nothing of somebody who is known otherwise, and the gap is told', async () => {
    const answer = await pulsesOf(network, liedAbout)
    expect(valuesOf(answer)).toEqual([])
    expect([answer.complete, municipalityIn(answer)]).toEqual([false, UNKNOWN])
  })
})
