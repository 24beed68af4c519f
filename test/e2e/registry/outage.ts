import { beforeAll, describe, expect, it } from '@jest/globals'
import { askAs, type Session } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import { createProofSigner, generateKey } from '@kilde/trust'
import { dataOf, refusalOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, type List, statusesOf, tryObservations } from '../../kit/observations.js'

const question = { patient: patients.copd, rows: 'id' }
const all = { municipality: 'OK', hospital: 'OK', gp: 'OK', neighbour: 'OK' }

interface Clock {
  readonly now: () => number
  readonly advance: (ms: number) => void
}

export function outage(network: () => WatchedNetwork, clock: Clock): void {
  let session: Session
  /** A client whose clock goes with that of the services. */
  const asking = {
    ask: async (_persona: string, query: string, variables: object = {}) =>
      askAs(session, `${network().gateway}/graphql`, { query, variables: { ...variables } }),
  }
  const ask = (): Promise<List<{ id: string }>> => askObservations(asking, 'nurse', question)
  const health = async () => {
    const response = await fetch(`${network().gateway}/health/ready`)
    const { parts } = (await response.json()) as { parts: readonly { name: string }[] }
    return { status: response.status, registry: parts.find(({ name }) => name === 'registry') }
  }

  describe('without the registry', () => {
    beforeAll(async () => {
      const proof = createProofSigner(await generateKey(), { now: clock.now })
      session = await network().signIn('nurse', proof)
      // Once before, so that the gateway holds its tokens for the sources.
      expect((await ask()).complete).toBe(true)
      await network().services.registry?.stop()
    })

    it('answers go on from the last signed state, at first without a word', async () => {
      const list = await ask()
      expect(statusesOf(list)).toEqual(all)
      expect(list.complete).toBe(true)
      expect(list.completeness['catalogueStale']).toBe(false)
      expect(await health()).toEqual({ status: 200, registry: { name: 'registry', ok: true } })
    })

    it('after 15 seconds they say that somebody new might be missing, and health says since when', async () => {
      clock.advance(20_000)
      const list = await ask()
      expect(statusesOf(list)).toEqual(all)
      expect(list.nodes).toHaveLength(16)
      expect(list.complete).toBe(false)
      expect(list.completeness).toMatchObject({ answered: 4, failed: 0, catalogueStale: true })
      const asOf = Date.parse(String(list.completeness['catalogueAsOf']))
      expect(clock.now() - asOf).toBeGreaterThan(15_000)
      expect(await health()).toEqual({
        status: 200,
        registry: {
          name: 'registry',
          ok: true,
          note: expect.stringMatching(/^last signed state is \d+ s old$/),
        },
      })
    })

    it('names of organisations are still told', async () => {
      const answer = await asking.ask('nurse', '{ organizations { name state } }')
      const { organizations } = dataOf<{ organizations: readonly object[] }>(answer)
      expect(organizations.length).toBeGreaterThan(4)
    })

    it('after 15 minutes nothing is answered any more, and the gateway is not ready', async () => {
      clock.advance(900_000)
      expect(refusalOf(await tryObservations(asking, 'nurse', question))).toEqual({
        status: 503,
        code: 'CATALOGUE_UNAVAILABLE',
        text: 'The registry of organisations has been out of reach for too long. Ask again later.',
      })
      const { status, registry } = await health()
      expect(status).toBe(503)
      expect(registry).toMatchObject({ ok: false })
    })
  })
}
