import { createProofSigner, generateKey } from '@kilde/trust'
import { breakSignature } from './forge.js'
import {
  type Case,
  challenges,
  type Refusal,
  withClaims,
  withHeaders,
  withProof,
} from './refusal.js'

const bad = (code: string, text: string): Refusal => ({
  ...{ status: 401, code, text, challenge: challenges.proof, known: 'token' },
})
const invalid = bad('DPOP_PROOF_INVALID', 'The DPoP proof is not valid.')
const late = bad('DPOP_PROOF_EXPIRED', 'The DPoP proof was not made just now.')
const notBound: Refusal = {
  ...bad('DPOP_KEY_MISMATCH', 'The access token is not bound to the key of the DPoP proof.'),
  challenge: challenges.token,
}
export const otherBody = bad('DPOP_BODY_DIGEST', 'The DPoP proof is not for this request body.')
export const replayed = bad('DPOP_PROOF_REPLAYED', 'The DPoP proof has been used before.')

const another = createProofSigner(await generateKey())
const signedAt = (offsetMs: number) =>
  withProof(({ key }, right) =>
    createProofSigner(key, { now: () => Date.now() + offsetMs }).sign(right),
  )

/** Everything that can be wrong with a proof, but for its second use. */
export const refusedProofs: readonly Case[] = [
  {
    name: 'no proof',
    request: withHeaders(() => ({ dpop: undefined })),
    ...bad('DPOP_PROOF_MISSING', 'A DPoP proof is needed in the header "DPoP".'),
    known: 'nothing',
  },
  { name: 'a proof that is none', request: withHeaders(() => ({ dpop: 'abc' })), ...invalid },
  {
    name: 'two proofs',
    request: withProof(({ proof }, right) => `${proof.sign(right)}, ${proof.sign(right)}`),
    ...invalid,
  },
  {
    name: 'a proof for another address',
    request: withProof(({ proof }, right) => proof.sign({ ...right, url: `${right.url}/other` })),
    ...bad('DPOP_PROOF_URL', 'The DPoP proof is for another address.'),
  },
  {
    name: 'a proof for another method',
    request: withProof(({ proof }, right) => proof.sign({ ...right, method: 'GET' })),
    ...bad('DPOP_PROOF_METHOD', 'The DPoP proof is for another HTTP method.'),
  },
  {
    name: 'a proof for another token',
    request: withProof(({ proof }, right) => proof.sign({ ...right, accessToken: 'another' })),
    ...invalid,
  },
  {
    name: 'a proof for no token',
    request: withProof(({ proof }, { method, url, body }) => proof.sign({ method, url, body })),
    ...invalid,
  },
  {
    name: 'a proof with a broken signature',
    request: withProof(({ proof }, right) => breakSignature(proof.sign(right))),
    ...invalid,
  },
  {
    name: 'a proof by another key',
    request: withProof((_, right) => another.sign(right)),
    ...notBound,
  },
  {
    name: 'a token that is bound to no key',
    request: withClaims(() => ({ cnf: undefined })),
    ...notBound,
  },
  { name: 'an old proof', request: signedAt(-60_000), ...late },
  { name: 'a proof from the future', request: signedAt(60_000), ...late },
  {
    name: 'a proof for another body',
    request: withProof(({ proof }, right) => proof.sign({ ...right, body: Buffer.from('{}') })),
    ...otherBody,
  },
]
