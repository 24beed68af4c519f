import { claims } from '@kilde/trust'
import { type Check, fail, verdict } from '../check.js'
import { breakSignature, signBySecret, signParts } from '../jws.js'
import { atSeconds, withClaims, withHeader } from '../proofs.js'
import { named } from '../read.js'
import { problemOf, refusal } from '../refused.js'
import { newKey } from '../tokens.js'

/** More than a proof may be off (seconds). */
const OFF = 180
const UNAUTHORIZED = [401]

export const proofChecks: readonly Check[] = [
  refusal({
    id: 'N-DPOP-1',
    title: 'refuses a token without a proof',
    status: UNAUTHORIZED,
    attempts: () => ({ 'no proof': { proof: () => undefined } }),
  }),
  refusal({
    id: 'N-DPOP-2',
    title: 'refuses two proofs, and what is none',
    status: [400, 401],
    attempts: () => ({
      'two proofs': {
        proof: (right, { key }) => `${signParts(right, key)}, ${signParts(right, key)}`,
      },
      'no JWS': { proof: () => 'abc' },
    }),
  }),
  refusal({
    id: 'N-DPOP-3',
    title: 'refuses a proof for another method',
    status: UNAUTHORIZED,
    attempts: () => ({ htm: { proof: withClaims({ htm: 'GET' }) } }),
  }),
  refusal({
    id: 'N-DPOP-4',
    title: 'refuses a proof for another address',
    status: UNAUTHORIZED,
    attempts: ({ url }) => ({
      'another path': { proof: withClaims({ htu: `${url}/other` }) },
      'another host': { proof: withClaims({ htu: 'https://other.example/graphql' }) },
    }),
  }),
  refusal({
    id: 'N-DPOP-5',
    title: 'refuses a proof that was not made just now',
    status: UNAUTHORIZED,
    attempts: () => ({
      old: { proof: atSeconds(-OFF) },
      'from the future': { proof: atSeconds(OFF) },
    }),
  }),
  refusal({
    id: 'N-DPOP-6',
    title: 'refuses a proof for another token, or for none',
    status: UNAUTHORIZED,
    attempts: () => ({
      'another ath': { proof: withClaims({ ath: 'A'.repeat(43) }) },
      'no ath': { proof: withClaims({ ath: undefined }) },
    }),
  }),
  refusal({
    id: 'N-DPOP-7',
    title: 'refuses a proof whose signature does not hold',
    status: UNAUTHORIZED,
    attempts: () => ({
      broken: { proof: (right, { key }) => breakSignature(signParts(right, key)) },
    }),
  }),
  refusal({
    id: 'N-DPOP-8',
    title: 'refuses a proof by another key than the token’s',
    status: UNAUTHORIZED,
    attempts: () => ({
      'another key': {
        proof: ({ header, payload }) => {
          const { key, jwk } = newKey()
          return signParts({ header: { ...header, jwk }, payload }, key)
        },
      },
    }),
  }),
  refusal({
    id: 'N-DPOP-9',
    title: 'refuses a JWS of another type, with a private key, or by a secret',
    status: UNAUTHORIZED,
    attempts: () => ({
      'another typ': { proof: withHeader({ typ: 'at+jwt' }) },
      'a private key': {
        proof: ({ header, payload }, { key }) =>
          signParts({ header: { ...header, jwk: key.export({ format: 'jwk' }) }, payload }, key),
      },
      HS256: { proof: (right, { jwk }) => signBySecret(right, JSON.stringify(jwk)) },
    }),
  }),
  {
    id: 'N-DPOP-10',
    level: 'MUST',
    title: 'takes each proof once',
    run: async (tester) => {
      const { text: body, token, proof } = await once(tester)
      if (!proof) return fail('no right question could be asked')
      const question = { body: () => body, tokenText: () => token, proof: () => proof }
      const again = await tester.ask(question)
      return verdict([problemOf('the same proof again', again, UNAUTHORIZED)])
    },
  },
  refusal({
    id: 'N-DPOP-11',
    title: 'refuses a proof without the digest of this very body',
    status: UNAUTHORIZED,
    attempts: () => ({
      'no digest': { proof: withClaims({ [claims.bodyDigest]: undefined }) },
      'another body': { isProven: false, body: (right) => `${right} ` },
    }),
  }),
  refusal({
    id: 'N-DPOP-12',
    title: 'refuses a proof without an id',
    status: UNAUTHORIZED,
    attempts: () => ({ 'no jti': { proof: withClaims({ jti: undefined }) } }),
  }),
]

/** Asks rightly, and keeps what was sent. */
async function once(tester: Parameters<Check['run']>[0]) {
  const sent = { text: '', token: '', proof: '' }
  const answer = await tester.ask({
    body: (right) => {
      sent.text = right
      return right
    },
    tokenText: (right) => {
      sent.token = right
      return right
    },
    proof: (right, { key }) => {
      sent.proof = signParts(right, key)
      return sent.proof
    },
  })
  return answer.status === 200 ? sent : { ...sent, proof: '', named: named(answer) }
}
