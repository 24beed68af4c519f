import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { isSameText } from '@kilde/service'

/** Nonces that a service wants in DPoP proofs (RFC 9449 §9). */
export interface Nonces {
  /** For the header `DPoP-Nonce` of every answer. */
  current(): string
  accepts(nonce: unknown): boolean
  /** Whether a proof that was made then (epoch milliseconds) must carry one. */
  isNeeded(madeAtMs: number): boolean
  /** Whether every answer tells it, or only a refusal for want of one. */
  readonly told: 'ALWAYS' | 'WHERE_NEEDED'
}

export interface NoncesOptions {
  /** Secret that all replicas share. Default: one of this process alone, so that no proof outlives a restart. */
  readonly secret?: Uint8Array
  /** Only proofs that were made before this (epoch milliseconds) must carry one. Default: every proof. */
  readonly onlyBeforeMs?: number
  readonly now: () => number
}

/** A nonce is given out this long, and accepted as long again (milliseconds). */
const PERIOD_MS = 60_000

/** Nonces that need no memory: the period and its authentication code. Who has one was told it in the last two minutes. */
export function createNonces({
  secret = randomBytes(32),
  onlyBeforeMs = Number.POSITIVE_INFINITY,
  now,
}: NoncesOptions): Nonces {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'kilde dpop nonce', 32))
  const nonceOf = (period: number): string =>
    createHmac('sha256', key).update(`${period}`).digest('base64url').slice(0, 32)
  const period = (): number => Math.floor(now() / PERIOD_MS)
  return {
    current: () => nonceOf(period()),
    accepts: (nonce) => [0, 1].some((ago) => isSameText(nonce, nonceOf(period() - ago))),
    isNeeded: (madeAtMs) => madeAtMs < onlyBeforeMs,
    told: onlyBeforeMs === Number.POSITIVE_INFINITY ? 'ALWAYS' : 'WHERE_NEEDED',
  }
}
