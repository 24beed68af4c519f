import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ChangeAnswer, RegistryOverview } from '@kilde/catalogue'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, type List, statusesOf, tryObservations } from '../../kit/observations.js'
import { startTraffic, type Traffic } from './traffic.js'

const question = { patient: patients.copd, rows: 'id' }
const { municipality, hospital, neighbour } = organizations
const all = { municipality: 'OK', hospital: 'OK', gp: 'OK', neighbour: 'OK' }

type Page = List<{ readonly id: string }>

export function changes(network: () => WatchedNetwork): void {
  const ask = (persona = 'nurse'): Promise<Page> => askObservations(network(), persona, question)
  const holders = ({ nodes }: Page) => new Set(nodes.map(({ id }) => id.slice(0, 9)))

  describe('a change of the registry takes effect on the next request after the command has returned', () => {
    let traffic: Traffic
    let before: RegistryOverview
    beforeAll(async () => {
      before = await network().admin.overview()
      traffic = startTraffic(() => tryObservations(network(), 'nurse', question))
    })
    afterAll(() => traffic.stop())

    /** Every gateway and node that follows goes by the change, so that it holds for the next question. */
    const expectTaken = async (change: Promise<ChangeAnswer>) => {
      const { changed, acknowledged, missing } = await change
      expect({ changed, missing }).toEqual({ changed: true, missing: [] })
      expect(acknowledged.filter((name) => name.startsWith('kilde-gateway/'))).toHaveLength(1)
      expect(acknowledged).toHaveLength(7)
    }

    it('an organisation drained: not asked any more, and said to be missing', async () => {
      expect(statusesOf(await ask())).toEqual(all)
      await expectTaken(network().admin.drain(hospital.number))
      const asked = requestsTo(network(), 'hospital')
      const page = await ask()
      expect(statusesOf(page)).toEqual({ ...all, hospital: 'NOT_ASKED DRAINING' })
      expect(page.complete).toBe(false)
      expect(page.completeness).toMatchObject({ agreed: 4, asked: 3, answered: 3, notAsked: 1 })
      expect(holders(page)).not.toContain(hospital.number)
      expect(page.totalCount).toEqual({ value: 12, precision: 'UNKNOWN' })
      await traffic.answers(10)
      // At most what was under way when the command returned.
      expect(requestsTo(network(), 'hospital') - asked).toBeLessThanOrEqual(3)
    })

    it('an organisation paused', async () => {
      await expectTaken(network().admin.pause(hospital.number))
      expect(statusesOf(await ask())).toEqual({ ...all, hospital: 'NOT_ASKED PAUSED' })
      await traffic.answers(5)
    })

    it('an organisation activated again: whole', async () => {
      await expectTaken(network().admin.activate(hospital.number))
      const page = await ask()
      expect(statusesOf(page)).toEqual(all)
      expect(page.complete).toBe(true)
      await traffic.answers(5)
    })

    it('an organisation removed: nobody knows of it any more', async () => {
      await expectTaken(network().admin.removeOrganization(neighbour.number))
      const { neighbour: _removed, ...others } = all
      const page = await ask()
      expect(statusesOf(page)).toEqual(others)
      expect(page.complete).toBe(true)
      expect(page.nodes).toHaveLength(12)
      await traffic.answers(5)
    })

    it('an organisation added: asked as soon as it is a member with an agreement', async () => {
      const { organizations: entries, memberships, agreements } = before.state
      for (const entry of entries) {
        if (entry.number === neighbour.number)
          await expectTaken(network().admin.putOrganization(entry))
      }
      for (const membership of memberships) {
        if (membership.organization === neighbour.number)
          await expectTaken(network().admin.putMembership(membership))
      }
      expect(statusesOf(await ask())).not.toHaveProperty('neighbour')
      const agreement = agreements.find(
        ({ consumer, provider }) =>
          consumer === municipality.number && provider === neighbour.number,
      )
      if (!agreement) throw new Error('the demo has no such agreement')
      await expectTaken(network().admin.putAgreement(agreement))
      const page = await ask()
      expect(statusesOf(page)).toEqual(all)
      expect(holders(page)).toContain(neighbour.number)
      // The agreement is the municipality's alone.
      expect(statusesOf(await ask('gp'))).not.toHaveProperty('neighbour')
      await traffic.answers(5)
    })

    it('an agreement ended: that organisation alone is not asked by the other any more', async () => {
      const agreement = before.state.agreements.find(
        ({ consumer, provider }) =>
          consumer === municipality.number && provider === hospital.number,
      )
      await expectTaken(network().admin.removeAgreement(agreement?.id ?? ''))
      expect(statusesOf(await ask())).not.toHaveProperty('hospital')
      expect(statusesOf(await ask('gp'))).toHaveProperty('hospital', 'OK')
      if (agreement) await expectTaken(network().admin.putAgreement(agreement))
      expect(statusesOf(await ask())).toEqual(all)
    })

    it('without one error to those who asked all the time', async () => {
      const { faults, answered } = await traffic.stop()
      expect(faults).toEqual([])
      expect(answered).toBeGreaterThan(30)
    })
  })
}

function requestsTo({ endpoints, requests }: WatchedNetwork, key: OrganizationKey): number {
  const port = Number(new URL(endpoints[key] ?? '').port)
  return requests.filter((request) => request.port === port && request.url === '/graphql').length
}
