import type { BindingStore } from './binding-store.js'
import type { Citizen, Professional } from './caller.js'
import { attestLifeMs } from './claims.js'
import { TrustError } from './errors.js'

export interface AttestBindingOptions {
  readonly store: BindingStore
  /** Of the service: each binds for itself. */
  readonly audience: string
  readonly now: () => number
  /** Address of the protected-resource metadata, told with a refusal. */
  readonly resourceMetadata?: string
}

/**
 * Holds an attest to the patients that it names, else to the first one that it is used for (ATT-4, ATT-58). A citizen has
 * none, and is held to persons by policy.
 * @param patient 11 digits
 * @throws TrustError `ATTESTATION_BOUND_TO_OTHER_PATIENT`, and what the store throws
 */
export type BindAttest = (caller: Professional | Citizen, patient: string) => Promise<void>

export function createAttestBinding(options: AttestBindingOptions): BindAttest {
  const { store, audience, now, resourceMetadata } = options
  return async (caller, patient) => {
    if (caller.kind === 'citizen') return
    const { id, patients, attestedAtMs } = caller.attest
    const ttlMs = Math.max(1, attestedAtMs + attestLifeMs - now())
    const isHis = patients
      ? patients.includes(patient)
      : await store.bind(`${audience} ${id}`, patient, ttlMs)
    if (isHis) return
    throw new TrustError('ATTESTATION_BOUND_TO_OTHER_PATIENT').about(undefined, resourceMetadata)
  }
}
