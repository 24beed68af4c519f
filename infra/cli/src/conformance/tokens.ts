import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import {
  claims,
  type PrivateJwk,
  type PublicJwk,
  publicJwk,
  publicPart,
  thumbprint,
} from '@kilde/trust'
import { sha256, signParts } from './jws.js'
import type { Claims, Setting } from './setting.js'

/** A key to sign with, and what others see of it. */
export interface Key {
  readonly key: KeyObject
  readonly jwk: PublicJwk
  readonly jkt: string
}

export function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }))
  return { key: privateKey, jwk, jkt: thumbprint(jwk) }
}

export const keyFrom = (jwk: PrivateJwk): Key => ({
  key: createPrivateKey({ key: { ...jwk }, format: 'jwk' }),
  jwk: publicPart(jwk),
  jkt: thumbprint(jwk),
})

/** What a token says of its own, and not of the person: it is written anew. */
const OF_TOKEN = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'scope', 'client_id', 'cnf', 'act']

/** Seconds that a token lives. */
const LIFE = 120

export interface TokenFor {
  readonly who: Claims
  readonly audience: string
  readonly scope: string
  readonly clientId: string
  /** Thumbprint of the key that it is bound to. */
  readonly jkt: string
  /** One session, and with it one attest, for each requester and patient. */
  readonly session: string
  /** When the attest was given (epoch seconds). */
  readonly attestedAt: number
  /** The client that exchanged it, where one did. */
  readonly actor?: string
}

/** Claims of a right token, of HelseID's form. */
export function tokenClaims(setting: Setting, token: TokenFor): Claims {
  const about = Object.entries(token.who).filter(([name]) => !OF_TOKEN.includes(name))
  const now = Math.floor(Date.now() / 1000)
  const attest = token.who[claims.attest]
  return {
    ...Object.fromEntries(about),
    ...(attest !== undefined && {
      [claims.attest]: { ...(attest as object), toa: token.attestedAt },
    }),
    iss: setting.issuer.url,
    aud: token.audience,
    iat: now,
    nbf: now,
    exp: now + LIFE,
    jti: randomUUID(),
    sid: token.session,
    client_id: token.clientId,
    scope: [token.scope],
    cnf: { jkt: token.jkt },
    ...(token.actor !== undefined && { act: { sub: token.actor } }),
  }
}

/** The header of a right token. */
export const tokenHeader = ({ issuer }: Setting): Claims => ({
  typ: 'at+jwt',
  alg: 'ES256',
  kid: issuer.signingKey.kid ?? thumbprint(issuer.signingKey),
})

/** Claims of a right proof of one request (RFC 9449 §4.2), with the digest of its body. */
export function proofClaims(
  url: string,
  token: string,
  body: string,
  nonce: string | undefined,
): Claims {
  return {
    jti: randomUUID(),
    htm: 'POST',
    htu: url,
    iat: Math.floor(Date.now() / 1000),
    ath: sha256(token),
    [claims.bodyDigest]: sha256(body),
    ...(nonce !== undefined && { nonce }),
  }
}

/** Signs a body as its requester does (docs/signed-requests.md). */
export function signatureOf(
  key: Key,
  token: string,
  body: string,
  change: Partial<{ header: Claims; payload: Claims }> = {},
): string {
  const header = { typ: 'kilde-request+jwt', alg: 'ES256', jwk: key.jwk, ...change.header }
  const payload = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    ath: sha256(token),
    body_sha256: sha256(body),
    ...change.payload,
  }
  return signParts({ header, payload }, key.key)
}
