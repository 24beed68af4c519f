import { generateKey, type Jwks, type PrivateJwk, publicPart, thumbprint } from '@kilde/trust'

/** A signing key in the form that the provider library takes. */
type SigningJwk = PrivateJwk & { readonly alg: 'ES256'; readonly use: 'sig' }

/** Signing keys: one that signs, and replaced ones that still verify. */
export interface Keyring {
  /** The signing key first. */
  readonly keys: readonly SigningJwk[]
}

/** @param given the key to begin with. Default: a new one */
export async function newKeyring(given?: PrivateJwk): Promise<Keyring> {
  return { keys: [given ? asSigningKey(given) : await newSigningKey()] }
}

export async function rotated(ring: Keyring): Promise<Keyring> {
  return { keys: [await newSigningKey(), ...ring.keys] }
}

export function without(ring: Keyring, kid: string | undefined): Keyring {
  return { keys: ring.keys.filter((key) => key.kid !== kid) }
}

export function publicKeys(ring: Keyring): Jwks {
  return { keys: ring.keys.map((key) => ({ ...publicPart(key), alg: key.alg, use: key.use })) }
}

/** ES256: signing takes a tenth of the time of PS256, and every exchange for a source signs a token. */
async function newSigningKey(): Promise<SigningJwk> {
  return asSigningKey(await generateKey())
}

const asSigningKey = (key: PrivateJwk): SigningJwk => ({
  ...key,
  kid: key.kid ?? thumbprint(key),
  alg: 'ES256',
  use: 'sig',
})
