import type { BindAttest } from '@kilde/trust'
import type { Asked } from './stage.js'

/**
 * Holds the attest to one patient here too: what the gateway holds it to is the gateway's word.
 * @throws TrustError `ATTESTATION_BOUND_TO_OTHER_PATIENT`, `REPLAY_STORE_UNAVAILABLE`
 */
export function createBindAttest(bind: BindAttest): (request: Asked) => Promise<void> {
  return ({ caller, question }) => bind(caller, question.patient.value)
}
