import type { ProofKey } from './proof-key.js'
import { digest, signJws } from './sign-jws.js'

export interface ProofOf {
  readonly key: ProofKey
  readonly method: string
  /** Public address without query (`htu`). */
  readonly url: string
  readonly accessToken?: string
  /** Wanted by the identity service. */
  readonly nonce?: string
  /** The server's clock (epoch milliseconds). */
  readonly now: number
}

/** A DPoP proof (RFC 9449, section 4.2). */
export async function signProof({
  key,
  method,
  url,
  accessToken,
  nonce,
  now,
}: ProofOf): Promise<string> {
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    iat: Math.floor(now / 1000),
    ...(accessToken !== undefined && { ath: await digest(accessToken) }),
    ...(nonce !== undefined && { nonce }),
  }
  return signJws(key, 'dpop+jwt', claims)
}
