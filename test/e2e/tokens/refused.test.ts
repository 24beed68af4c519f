import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import { metadataAddress } from '@kilde/trust'
import { type Answered, refusalIn, type SignedPost, signedPost } from '../../kit/signed-post.js'
import { boundToOther, type Case, type Refusal, withProof } from './refusal.js'
import { otherBody, refusedProofs, replayed } from './refused-proofs.js'
import { refusedTokens } from './refused-tokens.js'
import { type Attack, securityEvents, startAttack, type Target } from './setting.js'

const cases = [...refusedTokens, ...refusedProofs]
const ALGORITHMS = /^DPoP (.*)algs="ES256[^"]*"$/

let attack: Attack
beforeAll(async () => {
  attack = await startAttack()
}, 120_000)
afterAll(() => attack.network.stop())

async function send(target: Target, change: Partial<SignedPost> = {}): Promise<Answered> {
  const token = change.token ?? (await target.token())
  return signedPost({ ...target, proof: attack.proof, ...change, token })
}

/** A refusal says what is wrong in its own words only, and what would do. */
function expectRefusal(answer: Answered, { scope, url }: Target, refusal: Refusal): void {
  const { status, code, text, challenge } = refusal
  expect(refusalIn(answer)).toEqual({ status, code, text })
  expect(JSON.parse(answer.text)).not.toHaveProperty('data')
  const told = answer.headers['www-authenticate']
  if (challenge === undefined) expect(told).toBeUndefined()
  else {
    const where = `resource_metadata="${metadataAddress(url)}", `
    const expected = `${challenge.replace('SCOPE', scope)}${where}`
    expect(ALGORITHMS.exec(String(told))?.[1]).toBe(expected)
  }
}

/** Whoever was refused can read what to ask for, and of whom, without any token. */
async function expectMetadata({ url, scope }: Target): Promise<void> {
  const response = await fetch(metadataAddress(url))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    resource: url,
    authorization_servers: [attack.network.issuer],
    scopes_supported: [scope],
    bearer_methods_supported: [],
    dpop_bound_access_tokens_required: true,
    authorization_details_types_required: { allOf: ['nhn:tillitsrammeverk:parameters'] },
  })
}

const idOf = ({ headers }: Answered): string => String(headers['x-request-id'])

/** One line without anything of the token, nor who sent it. */
async function expectInSecurityLog(target: Target, answer: Answered, code: string): Promise<void> {
  const { security, audit } = await target.recorded(idOf(answer))
  expect(audit).toEqual([])
  expect(security).toEqual([
    { at: expect.any(String), code, requestId: idOf(answer), remote: expect.any(String) },
  ])
}

const doctor = { kind: 'professional', name: 'Gro Fastlege', organization: '310000302' }
const machine = { kind: 'system', clientId: 'kilde-admin' }

/** Who it was said to be stands in the access log, and that nothing came of it. */
async function expectInAuditLog(
  target: Target,
  answer: Answered,
  code: string,
  requester: object = doctor,
): Promise<void> {
  const { security, audit } = await target.recorded(idOf(answer))
  expect(security).toEqual([])
  expect(audit).toMatchObject([{ event: 'REQUEST_REFUSED', outcome: 'REFUSED', code, requester }])
}

describe('the gateway', () => {
  const target = () => attack.gateway

  it('answers somebody who has the right to ask', async () => {
    const before = attack.requestsAtNodes()
    const answer = await send(target())
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('valueText')
    expect(attack.requestsAtNodes()).toBe(before + 3)
  })

  it('tells everybody what its tokens must be (RFC 9728)', () => expectMetadata(target()))

  it.each(cases)('refuses $name, says why, records it, and asks nobody', async (one: Case) => {
    const before = attack.requestsAtNodes()
    const answer = await send(target(), await one.request(attack, target()))
    expectRefusal(answer, target(), one)
    // A token without its key may be stolen, and a machine belongs to no organisation whose log that could stand in.
    const expectIn = one.known === 'holder' ? expectInAuditLog : expectInSecurityLog
    await expectIn(target(), answer, one.code)
    expect(attack.requestsAtNodes()).toBe(before)
  })

  it('takes a proof once, also where it comes many times at once', async () => {
    const before = attack.requestsAtNodes()
    const token = await target().token()
    const { url, body } = target()
    const dpop = attack.proof.sign({
      method: 'POST',
      url,
      accessToken: token,
      body: Buffer.from(body),
    })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(target(), { token, headers: { dpop } })),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(7)
    for (const answer of refused) {
      expectRefusal(answer, target(), replayed)
      await expectInSecurityLog(target(), answer, replayed.code)
    }
    expect(attack.requestsAtNodes()).toBe(before + 3)
  })

  it('holds an attest to the first patient that it is used for, records who was refused, and asks nobody', async () => {
    const token = await target().token()
    const another = { token, body: attack.bodyAbout(patients.diabetes.identifier) }
    expect((await send(target(), { token })).status).toBe(200)
    const before = attack.requestsAtNodes()
    const answer = await send(target(), another)
    expectRefusal(answer, target(), boundToOther)
    const { audit } = await target().recorded(idOf(answer))
    expect(audit).toMatchObject([
      {
        ...{ event: 'REQUEST_REFUSED', code: boundToOther.code, requester: doctor },
        patient: expect.stringContaining(patients.diabetes.identifier),
      },
    ])
    expect(attack.requestsAtNodes()).toBe(before)
    expect((await send(target(), { token })).status).toBe(200)
    expect((await send(target(), { ...another, token: await target().token() })).status).toBe(200)
  })

  it('goes on through a thousand requests of nobody, which it counts in a bounded log', async () => {
    const folder = join(attack.network.directory, 'audit', 'gateway')
    const known = (await securityEvents(folder)).length
    const storm = Array.from({ length: 20 }, async () => {
      for (let sent = 0; sent < 50; sent++) {
        const { status } = await send(target(), {
          token: '',
          headers: { authorization: undefined },
        })
        expect(status).toBe(401)
      }
    })
    await Promise.all(storm)
    expect((await send(target())).status).toBe(200)
    const events = (await securityEvents(folder)).slice(known)
    expect(events.length).toBeGreaterThan(0)
    expect(events.length).toBeLessThanOrEqual(1_000)
    expect(new Set(events.map(({ code }) => code))).toEqual(new Set(['TOKEN_MISSING']))
  })
})

describe('a node', () => {
  const target = () => attack.node

  it('answers a gateway that asks for somebody who has the right to ask', async () => {
    const answer = await send(target())
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('valueText')
    const { audit } = await target().recorded(idOf(answer))
    expect(audit).toMatchObject([{ event: 'PATIENT_DATA_READ', outcome: 'SUCCESS' }])
  })

  it('tells everybody what its tokens must be (RFC 9728)', () => expectMetadata(target()))

  it.each(cases)('refuses $name by itself, says why and records it', async (one: Case) => {
    const answer = await send(target(), await one.request(attack, target()))
    expectRefusal(answer, target(), one)
    // A token without its key may be stolen: what is not known to be the holder's stays out of the access log.
    if (one.known === 'holder') await expectInAuditLog(target(), answer, one.code)
    else if (one.known === 'machine') await expectInAuditLog(target(), answer, one.code, machine)
    else await expectInSecurityLog(target(), answer, one.code)
  })

  it('refuses a proof that says nothing of the body', async () => {
    const unbound = withProof(({ proof }, { method, url, accessToken }) =>
      proof.sign({ method, url, accessToken }),
    )
    const answer = await send(target(), await unbound(attack, target()))
    expectRefusal(answer, target(), otherBody)
    await expectInSecurityLog(target(), answer, otherBody.code)
  })

  it('takes a proof once', async () => {
    const token = await target().token()
    const { url, body } = target()
    const dpop = attack.proof.sign({
      method: 'POST',
      url,
      accessToken: token,
      body: Buffer.from(body),
    })
    expect((await send(target(), { token, headers: { dpop } })).status).toBe(200)
    const again = await send(target(), { token, headers: { dpop } })
    expectRefusal(again, target(), replayed)
    await expectInSecurityLog(target(), again, replayed.code)
  })

  it('refuses a token for the gateway, also from who holds its key', async () => {
    const answer = await send(target(), { token: await attack.gateway.token() })
    expect(refusalIn(answer)).toMatchObject({ status: 401, code: 'TOKEN_AUDIENCE' })
  })
})
