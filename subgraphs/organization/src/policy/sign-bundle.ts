import { publicKeysOf } from '@kilde/catalogue'
import { signJson } from '@kilde/feed'
import type { PrivateJwk } from '@kilde/trust'
import type { PolicyBundle } from './bundle.js'
import { BUNDLE_TYPE } from './signed-bundle.js'
import { type TakenBundle, takeBundle } from './take-bundle.js'

export interface SigningOptions {
  /** Its public half is pinned by nodes (KILDE_POLICY_KEYS). */
  readonly key: PrivateJwk
  /** Epoch milliseconds. */
  readonly nowMs: number
  /** How long nodes may decide by it (milliseconds). */
  readonly validMs: number
}

/**
 * Signs a bundle, and looks at it as a node will.
 * @throws OrganizationError `POLICY_BUNDLE_REFUSED` for one that no node would take
 */
export async function signBundle(
  bundle: PolicyBundle,
  { key, nowMs, validMs }: SigningOptions,
): Promise<TakenBundle> {
  const issuedAt = new Date(nowMs).toISOString()
  const validUntil = new Date(nowMs + validMs).toISOString()
  const jws = await signJson({ issuedAt, validUntil, bundle }, BUNDLE_TYPE, key)
  return takeBundle(jws, { keys: publicKeysOf(key), nowMs })
}
