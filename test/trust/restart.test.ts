import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Gateways, startGateways } from '../kit/gateways.js'
import { note } from '../kit/note.js'

let gateways: Gateways
beforeAll(async () => {
  gateways = await startGateways(1, { KILDE_DPOP_NONCE: 'on' })
}, 300_000)
afterAll(() => gateways?.stop(), 60_000)

// With Redis: test/redis/proofs.test.ts. With neither, what was used is forgotten: docs/security-model.md.
describe('a gateway that is one process and wants nonces', () => {
  it('T4 refuses 100 of 100 proofs that were used before it was killed and started anew', async () => {
    const before = await gateways.nonceOf(0)
    const proofs = Array.from({ length: 100 }, () => gateways.proof(before))
    for (const dpop of proofs) expect(await gateways.send(0, dpop)).toBe('200')
    await gateways.restart(0)
    const told = await Promise.all(proofs.map((dpop) => gateways.send(0, dpop)))
    expect(new Set(told)).toEqual(new Set(['401 DPOP_NONCE_NEEDED']))
    const fresh = await gateways.nonceOf(0)
    expect(fresh).not.toBe(before)
    expect(await gateways.send(0, gateways.proof(fresh))).toBe('200')
    note('T4 with nonces', { replayed: proofs.length, accepted: 0 })
  }, 120_000)
})
