import { describe, expect, it } from '@jest/globals'
import { auditReader } from '@kilde/audit'
import { organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'
import { logAt } from './logs.js'

export function published(network: () => WatchedNetwork): void {
  describe('everybody gets the keys that receipts are checked with', () => {
    const get = async (service: 'gateway' | 'municipality', path: string) => {
      const { gateway, endpoints } = network()
      const base = service === 'gateway' ? gateway : endpoints[service]
      const answer = await fetch(new URL(path, base ?? ''))
      return { status: answer.status, body: (await answer.json()) as object }
    }

    it('at the gateway for each log that is there, and at each node for its own', async () => {
      await askObservations(network(), 'nurse', { patient: patients.copd, rows: 'id' })
      const { number } = organizations.municipality
      for (const [service, path, log] of [
        ['gateway', `/audit/${number}/keys`, { gateway: 'municipality' }],
        ['municipality', '/audit/keys', { node: 'municipality' }],
      ] as const) {
        const { keys } = (await get(service, path)).body as { keys: object[] }
        expect(keys).toEqual(auditReader(logAt(network(), log)).publicKeys())
      }
    })

    it('and nothing of a log that is not there', async () => {
      for (const path of ['/audit/999999999/keys', '/audit/security/tree-head', '/audit/x/keys'])
        expect(await get('gateway', path)).toMatchObject({ status: 404 })
    })
  })
}
