import type { AuthorizationDetail, NonceWanted } from '../src/settings.js'
import { Problem, postStart, postToken, readEndpoints } from './back-end.js'
import { keptKey, makeKey, type ProofKey } from './proof-key.js'
import { signProof } from './sign-proof.js'

export interface Access {
  readonly accessToken: string
  /** Epoch milliseconds by this computer's clock. */
  readonly expiresAtMs: number
  readonly name?: string
  readonly key: ProofKey
  /** Server's clock minus this computer's (milliseconds). */
  readonly clockOffsetMs: number
}

/** Leaves the page for the identity service. */
export async function beginSignIn(
  authorizationDetails: readonly AuthorizationDetail[],
): Promise<void> {
  if (!isSecureContext) throw new Problem('Signing in needs https, or an address on this computer.')
  const { pushUrl, now } = await readEndpoints()
  const proofs = { key: await makeKey(), url: pushUrl, clockOffsetMs: now - Date.now() }
  const { authorizeUrl } = await withNonce(proofs, (proof) =>
    postStart({ proof, authorizationDetails }),
  )
  location.assign(authorizeUrl)
}

/** Fetches the token after the identity service has sent the user back. It is kept in memory only. */
export async function finishSignIn(): Promise<Access> {
  const key = await keptKey()
  if (key === undefined) throw new Problem('The key of this sign-in is gone. Sign in again.')
  const { tokenUrl, now } = await readEndpoints()
  const clockOffsetMs = now - Date.now()
  const answer = await withNonce({ key, url: tokenUrl, clockOffsetMs }, (proof) =>
    postToken({ proof }),
  )
  return { ...answer, expiresAtMs: answer.expiresAtMs - clockOffsetMs, key, clockOffsetMs }
}

interface Proofs {
  readonly key: ProofKey
  readonly url: string
  readonly clockOffsetMs: number
}

/** The first try learns the service's nonce, the second holds it. */
async function withNonce<T extends object>(
  { key, url, clockOffsetMs }: Proofs,
  post: (proof: string) => Promise<T | NonceWanted>,
): Promise<T> {
  const proof = (nonce?: string): Promise<string> =>
    signProof({
      key,
      method: 'POST',
      url,
      now: Date.now() + clockOffsetMs,
      ...(nonce !== undefined && { nonce }),
    })
  const first = await post(await proof())
  if (!('nonce' in first)) return first
  const second = await post(await proof(first.nonce))
  if ('nonce' in second)
    throw new Problem('The identity service wants yet another nonce. Sign in again.')
  return second
}
