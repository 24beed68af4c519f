import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { WatchedNetwork } from '../kit/network.js'
import {
  askList,
  askWhole,
  heal,
  holders,
  leaks,
  nodes,
  proxyOf,
  reportOf,
  rowsEach,
  rowsExcept,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

describe('sources that cannot be reached or do not want to answer', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startFaultyNetwork()
  }, STARTING_MS)
  afterEach(() => heal(network))
  afterAll(() => network.stop())

  it('shows the rows of the others, names the missing source, and has it back when it is back', async () => {
    const whole = await askWhole(network)
    expect(whole).toMatchObject({
      complete: true,
      completeness: { agreed: 6, asked: 6, answered: 6, failed: 0, notAsked: 0 },
    })
    expect(whole.nodes).toHaveLength(holders.length * rowsEach)

    proxyOf(network, 'hospital').behave('cut')
    const without = await askList(network)
    expect(reportOf(without, 'hospital')).toMatchObject({
      status: 'UNREACHABLE',
      reason: 'CONNECTION_FAILED',
      returned: 0,
      asOf: null,
    })
    expect(without).toMatchObject({
      complete: false,
      completeness: { agreed: 6, asked: 6, answered: 5, failed: 1 },
      totalCount: { precision: 'UNKNOWN' },
    })
    expect(rowsExcept(without)).toEqual(rowsExcept(whole, 'hospital'))
    expect(leaks(network, without)).toEqual([])

    heal(network)
    const again = await askList(network)
    expect(reportOf(again, 'hospital')).toMatchObject({ status: 'OK', returned: rowsEach })
    expect(rowsExcept(again)).toEqual(rowsExcept(whole))
  })

  it('answers when nobody can be reached, and claims nothing', async () => {
    for (const node of nodes) proxyOf(network, node).behave('cut')
    const none = await askList(network)
    expect(none).toMatchObject({
      complete: false,
      completeness: { agreed: 6, asked: 6, answered: 0, failed: 6 },
      totalCount: { value: null, precision: 'UNKNOWN' },
      nodes: [],
    })
    expect(none.sources.map(({ status }) => status)).toEqual(Array(6).fill('UNREACHABLE'))
  })

  it.each([
    [401, { code: 'TOKEN_EXPIRED' }, 'REFUSED', 'TOKEN_REJECTED'],
    [401, { code: 'DPOP_PROOF_EXPIRED' }, 'REFUSED', 'CLOCK_SKEW'],
    [401, { code: 'SECURITY_LEVEL_TOO_LOW' }, 'REFUSED', 'SECURITY_LEVEL'],
    [403, { code: 'ATTESTATION_HAS_EXPIRED' }, 'REFUSED', 'ATTEST'],
    [403, { code: 'POLICY_REFUSED', reason: 'NO_AGREEMENT' }, 'REFUSED', 'NO_AGREEMENT'],
    [403, { code: 'POLICY_REFUSED', reason: 'WORDS-OF-THE-ROGUE' }, 'REFUSED', 'POLICY'],
    [503, { code: 'AUDIT_UNAVAILABLE' }, 'AUDIT_UNAVAILABLE', 'AUDIT_FAILED'],
    [503, { code: 'STOPPING' }, 'UNREACHABLE', 'STOPPING'],
    [503, { code: 'SOURCE_FAILED' }, 'UNREACHABLE', 'SOURCE_FAILED'],
    [418, { code: 'WORDS-OF-THE-ROGUE' }, 'INVALID', 'SOURCE_FAILED'],
  ])('reads refusal %s %j as %s, %s', async (status, extensions, told, reason) => {
    const body = JSON.stringify({ errors: [{ message: 'WORDS-OF-THE-ROGUE', extensions }] })
    proxyOf(network, 'gp').behave({ status, body })
    const list = await askList(network)
    expect(reportOf(list, 'gp')).toMatchObject({ status: told, reason, returned: 0 })
    expect(list.complete).toBe(false)
    expect(list.nodes).toHaveLength(2 * rowsEach)
    expect(leaks(network, list)).toEqual([])
  })

  it('tells that each organisation refuses somebody whose role opens nothing', async () => {
    const list = await askList(network, 'secretary')
    expect(list.sources.map(({ status, reason }) => ({ status, reason }))).toEqual(
      Array(6).fill({ status: 'REFUSED', reason: 'ROLE' }),
    )
    expect(list).toMatchObject({ complete: false, nodes: [] })
  })

  // From here on services are gone for good.
  it('goes on when a node has been stopped', async () => {
    await network.services.neighbour?.stop()
    const list = await askList(network)
    expect(reportOf(list, 'neighbour')).toMatchObject({
      status: 'UNREACHABLE',
      reason: 'CONNECTION_FAILED',
    })
    expect(list.nodes).toHaveLength(holders.length * rowsEach)
    expect(list.complete).toBe(false)
  })

  it('tells that it got no tokens for the sources when identity is down', async () => {
    // The test registers of personnel are at identity's address too: what they say of this person is known.
    await askList(network, 'hospital-doctor')
    // Signed in before, but the gateway has not exchanged anything for this sign-in yet.
    const session = await network.signIn('hospital-doctor')
    await network.services.identity?.stop()
    const asked = proxyOf(network, 'gp').requests()
    const list = await askList(network, session)
    expect(list.sources.map(({ status, reason }) => ({ status, reason }))).toEqual(
      Array(6).fill({ status: 'UNREACHABLE', reason: 'TOKEN_UNAVAILABLE' }),
    )
    expect(list).toMatchObject({ complete: false, nodes: [] })
    expect(proxyOf(network, 'gp').requests()).toBe(asked)
  })
})
