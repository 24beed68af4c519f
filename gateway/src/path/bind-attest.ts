import type { BindAttest } from '@kilde/trust'
import type { Asked } from './stage.js'

/**
 * Holds the requester's attest to one patient, before anything is asked of anybody.
 * @throws TrustError `ATTESTATION_BOUND_TO_OTHER_PATIENT`, `REPLAY_STORE_UNAVAILABLE`
 */
export function createBindAttest(bind: BindAttest): (request: Asked) => Promise<void> {
  return async ({ requester, patient }) => {
    if (patient) await bind(requester, patient.value)
  }
}
