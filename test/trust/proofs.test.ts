import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Attack, startAttack, type Target } from '../e2e/tokens/setting.js'
import { note } from '../kit/note.js'
import { type Answered, refusalIn, signedPost } from '../kit/signed-post.js'
import { claimChecks } from './claim-mutations.js'
import { formChecks } from './form-mutations.js'
import { type ProofMaker, proofMaker, thumbprintOf } from './hand-made.js'
import { headerChecks } from './header-mutations.js'
import type { Others } from './mutations.js'
import { type KeysOf, type RightProof, rightProofs } from './right-proofs.js'

const checks = [...formChecks, ...headerChecks, ...claimChecks].sort((a, b) => a.number - b.number)

// An address without a port, which the gateway has behind a proxy: whether it is named must not matter.
const PUBLIC_URL = 'https://gateway.example'
const nonces = { KILDE_DPOP_NONCE: 'on' }
const anonymous = { authorization: undefined, dpop: undefined }

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsaKey = rsa()
const keysOf: KeysOf = {
  ...{ ES384: ec('P-384'), ES512: ec('P-521') },
  ...{ PS256: rsaKey, PS384: rsaKey, PS512: rsaKey },
}
const otherKeys: Others['keys'] = {
  'P-256': ec('P-256'),
  'P-384': ec('P-384'),
  secp256k1: ec('secp256k1'),
  rsa: rsa(),
  ed25519: generateKeyPairSync('ed25519').privateKey,
}

let attack: Attack
beforeAll(async () => {
  attack = await startAttack({ gateway: { ...nonces, KILDE_PUBLIC_URL: PUBLIC_URL }, node: nonces })
}, 180_000)
afterAll(() => attack.network.stop(), 60_000)

const services = [
  ['gateway', () => attack.gateway, () => attack.node],
  ['node', () => attack.node, () => attack.gateway],
] as const

/** Where proofs for it must be for. */
const addressOf = (target: Target): string =>
  target === attack.gateway ? `${PUBLIC_URL}/graphql` : target.url

describe.each(services)('At the %s', (name, targetOf, otherOf) => {
  const counts = { refused: 0, accepted: 0 }
  afterAll(() => note(`T2 ${name}`, counts))

  async function post(
    { url, body }: Target,
    token: string,
    dpop: string | string[],
    scheme = 'DPoP',
  ): Promise<Answered> {
    const headers = { dpop, authorization: `${scheme} ${token}` }
    return signedPost({ url, body, token, proof: attack.proof, headers })
  }

  /** The one to use now, as the service tells whoever asks. */
  async function nonceOf({ url, body }: Target): Promise<string> {
    const request = { url, body, token: '', proof: attack.proof, headers: anonymous }
    return String((await signedPost(request)).headers['dpop-nonce'])
  }

  async function makerFor(token: string, key?: KeyObject, alg?: string): Promise<ProofMaker> {
    const own = key ?? createPrivateKey({ key: { ...attack.key }, format: 'jwk' })
    const url = addressOf(targetOf())
    const nonce = await nonceOf(targetOf())
    return proofMaker({ key: own, url, token, nonce, body: targetOf().body, ...(alg && { alg }) })
  }

  it.each(checks)(
    'T2 check $number, $rule: no mutation is accepted',
    async (check) => {
      const target = targetOf()
      const token = await target.token()
      const maker = await makerFor(token)
      const others: Others = {
        keys: otherKeys,
        nonce: await nonceOf(otherOf()),
        url: addressOf(otherOf()),
        token: await target.token(),
      }
      const mutations = Object.entries(check.mutations)
      expect(mutations.length).toBeGreaterThanOrEqual(5)
      for (const [what, forge] of mutations) {
        const answer = await post(target, token, forge(maker, others))
        const told = { what, ...refusalIn(answer) }
        expect(told).toMatchObject({ what, status: 401, text: expect.any(String) })
        expect(check.codes).toContain(told.code)
        expect(answer.headers['www-authenticate']).toMatch(/^DPoP /)
        expect(answer.text).not.toContain('"data"')
        counts.refused += 1
      }
      // Nothing of it was in the way of a right one.
      expect((await post(target, token, maker.proof())).status).toBe(200)
    },
    60_000,
  )

  it.each(rightProofs)('T2 $name is accepted', async ({ alg, make, scheme }: RightProof) => {
    const target = targetOf()
    const key = alg && keysOf[alg]
    const token = await target.token(() => (key ? { cnf: { jkt: thumbprintOf(key) } } : {}))
    const maker = await makerFor(token, key, alg)
    const answer = await post(target, token, make(maker), scheme)
    expect({ status: answer.status, refusal: refusalIn(answer).code }).toEqual({
      status: 200,
      refusal: undefined,
    })
    counts.accepted += 1
  })

  it('T2 at least 60 wrong proofs were refused and 20 right ones accepted, for 12 checks', () => {
    expect(checks.map(({ number }) => number)).toEqual(
      Array.from({ length: 12 }, (_, at) => at + 1),
    )
    expect(counts.refused).toBeGreaterThanOrEqual(60)
    expect(counts.accepted).toBeGreaterThanOrEqual(20)
  })
})
