import { createNonces, type Nonces } from './nonces.js'

export interface ServiceNoncesOptions {
  /** Whether every proof must carry a nonce (`KILDE_DPOP_NONCE`). */
  readonly wanted: boolean
  /** Secret that all replicas have, where they share a store of used proofs. Default: this process's memory is the store. */
  readonly shared?: Uint8Array | undefined
  /** Clock (epoch milliseconds). */
  readonly now: () => number
  /** When this process began, by that clock (epoch milliseconds). Default: when it did. */
  readonly startedAtMs?: number
}

/**
 * The nonces that a service wants, so that no proof is used twice whatever its store of used proofs forgets. A store in memory
 * knows nothing of what was used before the process began: a proof that was made before then has to carry a nonce of this very
 * process, which its first use cannot have known (docs/decisions/0032-proofs-from-before-a-restart.md).
 * @returns undefined where no proof needs one
 */
export function serviceNonces(options: ServiceNoncesOptions): Nonces | undefined {
  const { wanted, shared, now, startedAtMs = now() - performance.now() } = options
  if (wanted) return createNonces({ now, ...(shared && { secret: shared }) })
  return shared ? undefined : createNonces({ now, onlyBeforeMs: startedAtMs })
}
