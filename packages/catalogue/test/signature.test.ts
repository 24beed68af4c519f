import { expect, it } from '@jest/globals'
import { generateKey, type PrivateJwk } from '@kilde/trust'
import { CompactSign } from 'jose'
import { digestOf, publicKeysOf, signState, verifyState } from '../src/index.js'
import { organization, solvik, state } from './kit.js'

const key = await generateKey()
const keys = publicKeysOf(key)

const untrusted = {
  code: 'CATALOGUE_UNTRUSTED',
  publicText: 'The state of the registry is not signed by a key that this service trusts.',
}

function sign(payload: unknown, header: object, by: PrivateJwk = key): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(payload))
  const { kid, ...jwk } = by
  return new CompactSign(bytes)
    .setProtectedHeader({ alg: 'ES256', kid: kid ?? '', ...header })
    .sign(jwk)
}

it('a signed state comes back as it was', async () => {
  expect(await verifyState(await signState(state(), key), keys)).toEqual(state())
})

it('pinned keys hold nothing of the private key', () => {
  expect(keys).toEqual({
    keys: [{ kty: 'EC', crv: 'P-256', x: key.x, y: key.y, kid: key.kid, alg: 'ES256', use: 'sig' }],
  })
})

it('a state with one changed letter is refused', async () => {
  const [header = '', , signature = ''] = (await signState(state(), key)).split('.')
  const forged = { ...state(), version: 2 }
  const payload = Buffer.from(JSON.stringify(forged)).toString('base64url')
  await expect(verifyState(`${header}.${payload}.${signature}`, keys)).rejects.toMatchObject(
    untrusted,
  )
})

it('a state signed by another key is refused, also when it borrows the name of the pinned one', async () => {
  const other = await generateKey()
  await expect(verifyState(await signState(state(), other), keys)).rejects.toMatchObject(untrusted)
  const borrowed = await signState(state(), { ...other, kid: key.kid })
  await expect(verifyState(borrowed, keys)).rejects.toMatchObject(untrusted)
})

it.each(['JWT', 'kilde-catalogue-confirmation+jwt', undefined])(
  'a state of type %s is refused: what was signed for another purpose is no state',
  async (typ) => {
    const jws = await sign(state(), typ === undefined ? {} : { typ })
    await expect(verifyState(jws, keys)).rejects.toMatchObject(untrusted)
  },
)

it('an unsigned state is refused', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jws = `${part({ alg: 'none', typ: 'kilde-catalogue+jwt' })}.${part(state())}.`
  await expect(verifyState(jws, keys)).rejects.toMatchObject(untrusted)
})

it('a rightly signed text that is no state is refused', async () => {
  const typ = 'kilde-catalogue+jwt'
  for (const payload of [{ ...state(), version: -1 }, {}, 7, null]) {
    await expect(verifyState(await sign(payload, { typ }), keys)).rejects.toMatchObject(untrusted)
  }
})

it('fields that a newer registry adds are dropped, not refused', async () => {
  const entry = { ...organization(solvik), region: 'west' }
  const newer = { ...state(), organizations: [entry], agreements: [], memberships: [], extra: 1 }
  const read = await verifyState(await sign(newer, { typ: 'kilde-catalogue+jwt' }), keys)
  expect(read.organizations).toEqual([organization(solvik)])
})

it('the digest is the same for the same content, whenever it is signed and in whatever order its keys stand', () => {
  const one = state()
  const turned = Object.fromEntries(Object.entries(one).reverse())
  expect(digestOf({ ...turned, issuedAt: '2026-07-01T00:00:00Z' })).toBe(digestOf(one))
  expect(digestOf({ ...one, version: 2 })).not.toBe(digestOf(one))
  expect(digestOf({ ...one, agreements: [] })).not.toBe(digestOf(one))
})
