import { createHmac, hkdfSync } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import { openText, sealText } from './cipher.js'

/**
 * What one organisation's copies are keyed by. The same patient has another digest at every organisation, and an entry opens
 * only with the patient's own number beside the key: whoever has the feed, or the node's memory, has neither names nor settings.
 */
export interface NodeKey {
  /** Names a patient at this organisation: base64url, 43 characters. */
  digest(person: PatientIdentifier): string
  seal(person: PatientIdentifier, content: object): string
  /** @throws where the entry is not of this patient, organisation and key */
  open(person: PatientIdentifier, sealed: string): unknown
}

/** The organisation's own key (32 bytes), made from the service's; an administrator gives it to the node. */
export function deriveNodeKey(master: Uint8Array, organization: string): Uint8Array {
  return derive(master, `kilde privacy node ${organization}`)
}

export function createNodeKey(key: Uint8Array): NodeKey {
  const digestKey = derive(key, 'digest')
  const entryKey = derive(key, 'entry')
  const keyOf = (person: PatientIdentifier): Uint8Array =>
    createHmac('sha256', entryKey).update(identifierToken(person)).digest()
  return {
    digest: (person) =>
      createHmac('sha256', digestKey).update(identifierToken(person)).digest('base64url'),
    seal: (person, content) => sealText(keyOf(person), JSON.stringify(content)),
    open: (person, sealed) => JSON.parse(openText(keyOf(person), sealed)) as unknown,
  }
}

function derive(key: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, 32))
}
