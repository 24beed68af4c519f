import { claims } from '@kilde/trust'
import type { Check } from '../check.js'
import {
  breakSignature,
  exchangePayload,
  type JwsParts,
  signBySecret,
  signParts,
  withoutSignature,
} from '../jws.js'
import { refusal } from '../refused.js'
import type { Claims } from '../setting.js'
import type { Question } from '../tester.js'
import { type Key, newKey } from '../tokens.js'

/** More than any difference of clocks that a node may allow (seconds). */
const OVER = 120

const now = (): number => Math.floor(Date.now() / 1000)
const withClaims = (change: Claims): Question => ({ token: (right) => ({ ...right, ...change }) })
const withHeader = (change: Claims): Question => ({
  tokenText: (_, { header, payload }, issuer) =>
    signParts({ header: { ...header, ...change }, payload }, issuer.key),
})

/** Signed by another key, which stands in the header. */
function ownKeyInHeader({ header, payload }: JwsParts): string {
  const { key, jwk, jkt } = newKey()
  return signParts(
    { header: { ...header, kid: jkt, jwk, jku: 'https://keys.example/jwks' }, payload },
    key,
  )
}

const bySecret = (parts: JwsParts, { jwk }: Key): string => signBySecret(parts, JSON.stringify(jwk))

export const tokenChecks: readonly Check[] = [
  refusal({
    id: 'N-TOK-1',
    title: 'refuses a question without a token',
    status: [401],
    attempts: () => ({
      'no token': { headers: { authorization: '' } },
      'an empty token': { headers: { authorization: 'DPoP ' } },
    }),
  }),
  refusal({
    id: 'N-TOK-2',
    title: 'refuses bearer tokens',
    status: [401],
    attempts: () => ({
      bearer: { tokenText: (right) => right, headers: { authorization: 'Bearer abc.def.ghi' } },
    }),
  }),
  refusal({
    id: 'N-TOK-3',
    title: 'refuses a token that its issuer has not signed as it is',
    status: [401],
    attempts: () => ({
      'a broken signature': { tokenText: breakSignature },
      'other claims under the signature': {
        tokenText: (right, { payload }) => exchangePayload(right, { ...payload, sub: 'another' }),
      },
      'another key under the issuer’s name': {
        tokenText: (_, parts) => signParts(parts, newKey().key),
      },
    }),
  }),
  refusal({
    id: 'N-TOK-4',
    title: 'refuses algorithms without a key pair',
    status: [401],
    attempts: () => ({
      'alg none': { tokenText: (_, parts) => withoutSignature(parts) },
      'HS256 with the public key': { tokenText: (_, parts, issuer) => bySecret(parts, issuer) },
    }),
  }),
  refusal({
    id: 'N-TOK-5',
    title: 'takes no key from the token itself',
    status: [401],
    attempts: () => ({ 'a key in the header': { tokenText: (_, parts) => ownKeyInHeader(parts) } }),
  }),
  refusal({
    id: 'N-TOK-6',
    title: 'refuses tokens of another issuer',
    status: [401],
    attempts: () => ({ 'another issuer': withClaims({ iss: 'https://issuer.example' }) }),
  }),
  refusal({
    id: 'N-TOK-7',
    title: 'refuses tokens for anybody but this organisation alone',
    status: [401],
    attempts: ({ setting }) => ({
      'another audience': withClaims({ aud: setting.gatewayAudience }),
      'two audiences': {
        token: (right) => ({ ...right, aud: [right['aud'], setting.gatewayAudience] }),
      },
    }),
  }),
  refusal({
    id: 'N-TOK-8',
    title: 'refuses a token that has expired, or never does',
    status: [401],
    attempts: () => ({
      expired: withClaims({ iat: now() - 600, nbf: now() - 600, exp: now() - OVER }),
      'no expiry': withClaims({ exp: undefined }),
    }),
  }),
  refusal({
    id: 'N-TOK-9',
    title: 'refuses a token that is not valid yet',
    status: [401],
    attempts: () => ({ 'for later': withClaims({ nbf: now() + OVER, exp: now() + 2 * OVER }) }),
  }),
  refusal({
    id: 'N-TOK-10',
    title: 'refuses a token without the scope',
    status: [403],
    attempts: () => ({
      'another scope': withClaims({ scope: ['openid'] }),
    }),
  }),
  refusal({
    id: 'N-TOK-11',
    title: 'refuses people below security level 4',
    status: [401, 403],
    attempts: () => ({ 'level 3': withClaims({ [claims.securityLevel]: '3' }) }),
  }),
  refusal({
    id: 'N-TOK-12',
    title: 'refuses a token that is bound to no key',
    status: [401],
    attempts: () => ({ 'no cnf': withClaims({ cnf: undefined }) }),
  }),
  refusal({
    id: 'N-TOK-13',
    title: 'refuses what is no access token, though the issuer signed it',
    status: [401],
    attempts: () => ({
      'typ of a proof': withHeader({ typ: 'dpop+jwt' }),
      'typ of an id token': withHeader({ typ: 'id+jwt' }),
    }),
  }),
  refusal({
    id: 'N-TOK-14',
    title: 'refuses a token with a critical extension that it does not know',
    status: [401],
    attempts: () => ({ crit: withHeader({ crit: ['urn:unknown'], 'urn:unknown': true }) }),
  }),
  refusal({
    id: 'N-TOK-15',
    title: 'gives a patient’s data to people alone, never to a machine',
    status: [403],
    attempts: () => ({ 'a token of no user': { token: ofMachine } }),
  }),
]

/** What a client’s own token says: nothing of a person. */
function ofMachine(right: Claims): Claims {
  const { iss, aud, iat, nbf, exp, jti, client_id, scope, cnf } = right
  return { iss, aud, iat, nbf, exp, jti, client_id, sub: client_id, scope, cnf }
}
