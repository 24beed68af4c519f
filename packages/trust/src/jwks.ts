import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { TrustError } from './errors.js'

/** Public keys of an issuer. */
export interface JwksSource {
  /**
   * @throws TrustError `TOKEN_SIGNATURE` where the issuer has no such key, `ISSUER_UNAVAILABLE` where that cannot be found
   * out.
   */
  keyFor(kid: string, algorithm: string): Promise<KeyObject>
}

const publicKey = z.looseObject({
  kid: z.string(),
  kty: z.enum(['EC', 'RSA']),
  use: z.string().optional(),
  alg: z.string().optional(),
})
export const jwksShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

export type Jwks = z.infer<typeof jwksShape>
export type KeySet = ReadonlyMap<
  string,
  { readonly key: KeyObject; readonly alg: string | undefined }
>

/** Keys that never change: for tests, and for pinned keys. */
export function fixedJwks(jwks: Jwks): JwksSource {
  const keys = readKeys(jwks)
  return { keyFor: async (kid, algorithm) => keyIn(keys, kid, algorithm) ?? unknownKey() }
}

/** Signing keys of a key set. Keys of other kinds, and those that cannot be read, are left out. */
export function readKeys(jwks: Jwks): KeySet {
  const keys = new Map<string, { key: KeyObject; alg: string | undefined }>()
  for (const candidate of jwks.keys) {
    const jwk = publicKey.safeParse(candidate)
    if (!jwk.success || (jwk.data.use ?? 'sig') !== 'sig') continue
    const key = importKey(candidate)
    if (key) keys.set(jwk.data.kid, { key, alg: jwk.data.alg })
  }
  return keys
}

/** Never a key for another algorithm than it is published for. */
export function keyIn(keys: KeySet, kid: string, algorithm: string): KeyObject | undefined {
  const found = keys.get(kid)
  return found && (found.alg ?? algorithm) === algorithm ? found.key : undefined
}

export function unknownKey(): never {
  throw new TrustError('TOKEN_SIGNATURE', { detail: 'the key is not one of the issuer' })
}

function importKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}
