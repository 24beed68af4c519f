import { beforeAll, describe, expect, it } from '@jest/globals'
import { askAs, type Session } from '@kilde/demo/test-network'
import { createProofSigner, generateKey } from '@kilde/trust'
import type { WatchedNetwork } from '../../kit/network.js'
import { change } from './settings.js'
import { hospital, municipality, seenBy } from './world.js'

const MINUTE = 60_000

interface Clock {
  readonly now: () => number
  readonly advance: (ms: number) => void
}

interface Part {
  readonly name: string
  readonly ok: boolean
  readonly note?: string
}

/** What nodes do when the privacy service is gone. Last: it does not come back. */
export function outage(
  network: () => WatchedNetwork,
  clock: Clock,
  stopPrivacy: () => Promise<void>,
): void {
  let session: Session
  /** A client whose clock goes with that of the services. */
  const asking: Pick<WatchedNetwork, 'ask'> = {
    ask: async (_persona, query, variables = {}) =>
      askAs(session, `${network().gateway}/graphql`, { query, variables }),
  }
  const seen = () => seenBy(asking, 'hospital-doctor')
  const health = async (base: string | undefined) => {
    const response = await fetch(`${base}/health/ready`)
    const { parts } = (await response.json()) as { parts: readonly Part[] }
    return { status: response.status, parts }
  }
  /** The registry signs again every few seconds; until then its copies are too old as well. */
  const registryIsBack = async (base: string | undefined): Promise<void> => {
    const registry = (await health(base)).parts.find(({ name }) => name === 'registry')
    if (registry?.ok && !registry.note) return
    await new Promise((resolve) => setTimeout(resolve, 50))
    return registryIsBack(base)
  }

  describe('without the privacy service', () => {
    beforeAll(async () => {
      const proof = createProofSigner(await generateKey(), { now: clock.now })
      session = await network().signIn('hospital-doctor', proof)
      await change(network(), 'patient', 'block', { data: { organization: municipality } })
      await stopPrivacy()
    })

    it('nodes go by what they hold', async () => {
      expect(await seen()).toMatchObject({ list: [hospital] })
    })

    it('after 15 minutes they refuse, each with the reason, and health says so', async () => {
      clock.advance(16 * MINUTE)
      const { endpoints, gateway } = network()
      for (const base of [gateway, ...Object.values(endpoints)]) {
        await registryIsBack(new URL(base).origin)
      }
      const late = await seen()
      expect(late).toMatchObject({ list: [], rows: 0, folded: 0, complete: false })
      expect(new Set(Object.values(late.sources))).toEqual(new Set(['REFUSED BLOCKS_UNKNOWN NONE']))
      const { status, parts } = await health(endpoints.municipality)
      expect(status).toBe(503)
      expect(parts.find(({ name }) => name === `privacy ${municipality}`)).toMatchObject({
        ok: false,
        note: expect.stringMatching(/^settings of patients are \d+ s old, version \d+, stale$/),
      })
    })
  })
}
