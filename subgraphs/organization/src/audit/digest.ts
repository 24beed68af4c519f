import { createHmac } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'

/**
 * Keyed digest of a patient identifier. With the organisation's key, whether a known number was asked about can be found
 * out; without it, nothing.
 */
export type DigestPatient = (patient: PatientIdentifier) => string

export function createPatientDigest(key: Uint8Array): DigestPatient {
  return (patient) =>
    createHmac('sha256', key)
      .update(`patient ${identifierToken(patient)}`)
      .digest('base64url')
}
