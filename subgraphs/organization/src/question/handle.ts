import { createHmac } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'

/** `Patient.id`: says nothing of the number, differs for each requester, the same as long as the key lives. */
export function createHandles(key: Uint8Array) {
  return (patient: PatientIdentifier, subject: string): string =>
    createHmac('sha256', key)
      .update(`handle ${subject} ${identifierToken(patient)}`)
      .digest('base64url')
      .slice(0, 32)
}
