import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'

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
    seal(person, content) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(person), nonce)
      const text = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]
      return Buffer.concat([nonce, cipher.getAuthTag(), ...text]).toString('base64url')
    },
    open(person, sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', keyOf(person), bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
      return JSON.parse(text.toString('utf8')) as unknown
    },
  }
}

function derive(key: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, 32))
}
