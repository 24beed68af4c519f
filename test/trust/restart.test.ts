import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Gateways, startGateways } from '../kit/gateways.js'
import { note } from '../kit/note.js'

const PROOFS = 100

// With Redis: test/redis/proofs.test.ts.
describe.each([
  ['wants nonces', 'on'],
  ['wants none', 'off'],
])('a gateway that is one process and %s', (_what, setting) => {
  const isOn = setting === 'on'
  let gateways: Gateways
  beforeAll(async () => {
    gateways = await startGateways(1, { KILDE_DPOP_NONCE: setting })
  }, 300_000)
  afterAll(() => gateways?.stop(), 60_000)

  /** What a proof needs to be accepted without another attempt. */
  const nonceOf = async () => (isOn ? gateways.nonceOf(0) : undefined)

  it('T4 refuses 100 of 100 proofs that were used before it was killed and started anew', async () => {
    const before = await nonceOf()
    const proofs = Array.from({ length: PROOFS }, () => gateways.proof(before))
    for (const dpop of proofs) expect(await gateways.send(0, dpop)).toBe('200')
    await gateways.restart(0)
    const told = await Promise.all(proofs.map((dpop) => gateways.send(0, dpop)))
    expect(new Set(told)).toEqual(new Set(['401 DPOP_NONCE_NEEDED']))
    // Proofs tell the second that they were made in: that of the start is taken for before it.
    await pause(1_000)
    const fresh = await nonceOf()
    if (isOn) expect(fresh).not.toBe(before)
    expect(await gateways.send(0, gateways.proof(fresh))).toBe('200')
    note(`T4 with nonces ${setting}`, { replayed: proofs.length, accepted: 0 })
  }, 120_000)
})
