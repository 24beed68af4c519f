import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClientId, decode, type Network, startNetwork } from './network.js'
import { refusedWith } from './refusals.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network.identity.stop())

const registry = (scope: string) => ({
  audience: 'kilde:registry',
  scope: `kilde:registry/${scope}`,
})
const ingest = { audience: 'kilde:organization:310000108', scope: 'kilde:organization/write' }

const allowed: readonly [ClientId, { audience: string; scope: string }, string | undefined][] = [
  ['kilde-gateway', registry('follow'), undefined],
  ['kilde-node-310000108', registry('follow'), '310000108'],
  ['kilde-ingest-310000108', ingest, '310000108'],
  ['kilde-admin', registry('admin'), undefined],
]

describe('a token for a machine client', () => {
  it.each(allowed)(
    '%s is accepted by the service that it is for',
    async (clientId, target, organization) => {
      const client = network.machine(clientId)
      const { value } = await client.clientCredentials(target)
      const { payload } = decode(value)
      expect(payload).toMatchObject({
        aud: target.audience,
        scope: [target.scope],
        client_id: clientId,
      })
      expect(JSON.stringify(payload)).not.toMatch(/"helseid:\/\/claims\/identity|tillitsrammeverk/)
      const verifier = network.verifier({
        audience: target.audience,
        requiredScope: target.scope,
        accept: ['system'],
      })
      const url = 'http://127.0.0.1:4401/fhir'
      const caller = await verifier.verify({
        authorization: `DPoP ${value}`,
        dpop: client.proof.sign({ method: 'POST', url, accessToken: value }),
        method: 'POST',
        url,
      })
      expect(caller).toMatchObject({ kind: 'system', clientId, subject: clientId })
      expect(caller.kind === 'system' && caller.organization).toBe(organization)
    },
  )

  it.each([
    ['kilde-gateway', registry('admin'), 'invalid_scope'],
    ['kilde-gateway', ingest, 'invalid_target'],
    ['kilde-gateway', { audience: 'kilde:gateway', scope: 'kilde:gateway/read' }, 'invalid_target'],
    ['kilde-node-310000108', registry('admin'), 'invalid_scope'],
    ['kilde-node-310000108', ingest, 'invalid_target'],
    [
      'kilde-ingest-310000108',
      { ...ingest, audience: 'kilde:organization:310000205' },
      'invalid_target',
    ],
    ['kilde-ingest-310000108', { ...ingest, scope: 'kilde:organization/read' }, 'invalid_scope'],
    ['kilde-ingest-310000108', registry('follow'), 'invalid_target'],
    ['kilde-admin', { ...registry('admin'), audience: 'kilde:registry:2' }, 'invalid_target'],
    ['kilde-cli', { audience: 'kilde:gateway', scope: 'kilde:gateway/read' }, 'invalid_request'],
  ] as const)('is not for %s: %j', async (clientId, target, error) => {
    const outcome = network.machine(clientId).clientCredentials(target)
    expect(await refusedWith(outcome)).toBe(error)
  })
})
