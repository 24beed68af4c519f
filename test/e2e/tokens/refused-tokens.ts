import { claims } from '@kilde/trust'
import { breakSignature, changeClaims, signAnew, signByPublicKey, unsign } from './forge.js'
import {
  type Case,
  challenges,
  type Refusal,
  withClaims,
  withHeaders,
  withToken,
} from './refusal.js'
import type { Claims } from './setting.js'

const now = (): number => Math.floor(Date.now() / 1000)

const missing: Refusal = {
  status: 401,
  code: 'TOKEN_MISSING',
  text: 'An access token is needed: send it as "Authorization: DPoP <token>".',
  challenge: challenges.none,
  known: 'nothing',
}
const bearer: Refusal = {
  status: 401,
  code: 'BEARER_NOT_ACCEPTED',
  text: 'Bearer tokens are not accepted: send the token as "Authorization: DPoP <token>" with a proof.',
  challenge: challenges.token,
  known: 'nothing',
}
const bad = (code: string, text: string): Refusal => ({
  ...{ status: 401, code, text, challenge: challenges.token, known: 'nothing' },
})
const malformed = bad(
  'TOKEN_MALFORMED',
  'The access token is not a well-formed token of the HelseID profile.',
)
const signature = bad(
  'TOKEN_SIGNATURE',
  'The access token is not signed by the identity provider with an accepted key.',
)
const audience = bad('TOKEN_AUDIENCE', 'The access token is meant for another service.')

const attest = (change: Claims) =>
  withClaims((genuine) => ({
    [claims.attest]: { ...(genuine[claims.attest] as object), ...change },
  }))
const badAttest = (code: string, text: string): Refusal => ({
  ...{ status: 403, code, text, challenge: challenges.attest, known: 'holder' },
})
const attestMalformed = badAttest(
  'ATTEST_MALFORMED',
  'The attest of the trust framework is incomplete or contradicts the access token.',
)

/** Everything that can be wrong with a token. */
export const refusedTokens: readonly Case[] = [
  { name: 'no token', request: withHeaders(() => ({ authorization: undefined })), ...missing },
  { name: 'an empty token', request: withHeaders(() => ({ authorization: 'DPoP' })), ...missing },
  {
    name: 'a bearer token',
    request: withHeaders((token) => ({ authorization: `Bearer ${token}` })),
    ...bearer,
  },
  {
    name: 'another scheme',
    request: withHeaders(() => ({ authorization: 'Basic YTpi' })),
    ...bearer,
  },
  { name: 'a token that is none', request: withToken(() => 'abc'), ...malformed },
  { name: 'scope as text', request: withClaims(() => ({ scope: 'openid' })), ...malformed },
  { name: 'no expiry', request: withClaims(() => ({ exp: undefined })), ...malformed },
  {
    name: 'an expired token',
    request: withClaims(() => ({ iat: now() - 70, nbf: now() - 70, exp: now() - 10 })),
    ...bad('TOKEN_EXPIRED', 'The access token has expired.'),
  },
  {
    name: 'a token for later',
    request: withClaims(() => ({ nbf: now() + 60 })),
    ...bad('TOKEN_NOT_YET_VALID', 'The access token is not valid yet.'),
  },
  {
    name: 'a token for another service',
    request: withClaims(() => ({ aud: 'kilde:registry' })),
    ...audience,
  },
  {
    name: 'a token for this service and another',
    request: withClaims(({ aud }) => ({ aud: [aud, 'kilde:registry'] })),
    ...audience,
  },
  {
    name: 'a token of another issuer',
    request: withClaims(() => ({ iss: 'https://helseid.example' })),
    ...bad('TOKEN_ISSUER', 'The access token comes from another identity provider.'),
  },
  { name: 'a broken signature', request: withToken(breakSignature), ...signature },
  {
    name: 'other claims under a genuine signature',
    request: withToken((token) => changeClaims(token, { sub: 'somebody-else' })),
    ...signature,
  },
  { name: 'no signature (alg none)', request: withToken(unsign), ...malformed },
  {
    name: 'a signature by the public key (HS256)',
    request: withToken((token, { issuerKey }) => signByPublicKey(token, issuerKey)),
    ...signature,
  },
  {
    name: 'another key under a known name',
    request: withToken((token) => signAnew(token)),
    ...signature,
  },
  {
    name: 'an unknown key',
    request: withToken((token) => signAnew(token, () => ({ kid: 'mine' }))),
    ...signature,
  },
  {
    name: 'a key in the header',
    request: withToken((token) => signAnew(token, (jwk) => ({ jwk, jku: 'https://mine.example' }))),
    ...signature,
  },
  {
    name: 'a scope for something else',
    request: withClaims(() => ({ scope: ['openid', 'kilde:registry/admin'] })),
    status: 403,
    code: 'TOKEN_SCOPE',
    text: 'The access token does not have the scope that this address needs.',
    challenge: challenges.scope,
    known: 'holder',
  },
  {
    name: 'security level 3',
    request: withClaims(() => ({ [claims.securityLevel]: '3' })),
    status: 401,
    code: 'SECURITY_LEVEL_TOO_LOW',
    text: 'Security level 4 is needed: sign in again with a stronger method.',
    challenge: challenges.level,
    known: 'holder',
  },
  {
    name: 'no attest',
    request: withClaims(() => ({ [claims.attest]: undefined })),
    ...badAttest('ATTEST_MISSING', 'The access token carries no attest of the trust framework.'),
  },
  {
    name: 'an attest of 60 minutes ago',
    request: attest({ toa: now() - 3_600 }),
    ...badAttest(
      'ATTESTATION_HAS_EXPIRED',
      'attestation_has_expired: the attest is 60 minutes old or older. Sign in again.',
    ),
  },
  { name: 'an attest of tomorrow', request: attest({ toa: now() + 86_400 }), ...attestMalformed },
  {
    name: 'an attest without a purpose',
    request: attest({ care_relationship: {} }),
    ...attestMalformed,
  },
  {
    name: 'a machine without a user',
    request: async (_, target) => ({ token: await target.machineToken() }),
    status: 403,
    code: 'USER_REQUIRED',
    text: 'This address is for people: the token is of no user.',
    challenge: undefined,
    known: 'machine',
  },
]
