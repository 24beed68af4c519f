import type { ProofKey } from './proof-key.js'
import { digest, signJws } from './sign-jws.js'

export interface RequestToSign {
  readonly key: ProofKey
  readonly accessToken: string
  /** The body exactly as it is sent. */
  readonly body: string
  /** The server's clock (epoch milliseconds). */
  readonly now: number
}

/** The header `Kilde-Signature`: organisations then need not trust the gateway for what was asked (docs/signed-requests.md). */
export async function signRequest(request: RequestToSign): Promise<string> {
  const { key, accessToken, body, now } = request
  return signJws(key, 'kilde-request+jwt', {
    jti: crypto.randomUUID(),
    iat: Math.floor(now / 1000),
    ath: await digest(accessToken),
    body_sha256: await digest(body),
  })
}
