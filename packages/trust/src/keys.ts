import { createPrivateKey, createPublicKey, generateKeyPair, KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { sha256 } from './jws.js'

const base64url = z.string().regex(/^[\w-]{43}$/, 'is not a P-256 value in base64url')

/** Shape of a public signing key in configuration (ES256, P-256). */
export const publicJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: base64url,
  y: base64url,
  kid: z.string().min(1).max(200).optional(),
})

/** Shape of a private signing key in configuration (ES256, P-256). */
export const privateJwk = publicJwk.extend({ d: base64url })

export type PublicJwk = z.infer<typeof publicJwk>
export type PrivateJwk = z.infer<typeof privateJwk>

/** A new ES256 key. `kid` is its thumbprint (RFC 7638). */
export async function generateKey(): Promise<PrivateJwk> {
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const jwk = privateJwk.parse(pair.privateKey.export({ format: 'jwk' }))
  return { ...jwk, kid: thumbprint(jwk) }
}

export function publicPart(jwk: PublicJwk): PublicJwk {
  const { kty, crv, x, y } = jwk
  return { kty, crv, x, y, ...(jwk.kid !== undefined && { kid: jwk.kid }) }
}

/** RFC 7638 thumbprint of a P-256 key: base64url SHA-256. */
export function thumbprint(jwk: PublicJwk): string {
  return sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))
}

/** A key to sign with, and its public half. */
export interface SigningKey {
  readonly key: KeyObject
  readonly jwk: PublicJwk
}

export function signingKey(source: PrivateJwk | KeyObject): SigningKey {
  const key =
    source instanceof KeyObject ? source : createPrivateKey({ key: { ...source }, format: 'jwk' })
  const jwk = publicJwk.parse(createPublicKey(key).export({ format: 'jwk' }))
  const kid = source instanceof KeyObject ? undefined : source.kid
  return { key, jwk: { ...jwk, ...(kid !== undefined && { kid }) } }
}
