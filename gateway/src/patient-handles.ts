import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'

/**
 * `Patient.id`: an opaque handle in place of the national identity number. Only the gateway can open it, and only for the
 * requester it was made for. The same patient has the same handle for the same requester while the key lives, so that
 * client caches work: the nonce is made of the content (as in a synthetic-IV mode), never by chance.
 */
export class PatientHandles {
  readonly #encryption: Uint8Array
  readonly #nonces: Uint8Array

  /** @param key 32 bytes, shared by the gateway's replicas. */
  constructor(key: Uint8Array) {
    this.#encryption = derive(key, 'kilde patient handle encryption')
    this.#nonces = derive(key, 'kilde patient handle nonce')
  }

  write(patient: PatientIdentifier, subject: string): string {
    const text = identifierToken(patient)
    const mac = createHmac('sha256', this.#nonces)
      .update(JSON.stringify([subject, text]))
      .digest()
    const nonce = mac.subarray(0, 12)
    const cipher = createCipheriv('aes-256-gcm', this.#encryption, nonce).setAAD(
      Buffer.from(subject),
    )
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
  }

  /** Undefined where the handle is not one of this requester's. */
  read(handle: string, subject: string): PatientIdentifier | undefined {
    const bytes = Buffer.from(handle, 'base64url')
    if (bytes.length < 29 || bytes.length > 200) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#encryption, bytes.subarray(0, 12))
      decipher.setAAD(Buffer.from(subject)).setAuthTag(bytes.subarray(-16))
      const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
      return parsePatientIdentifier(text.toString('utf8'))
    } catch {
      return undefined
    }
  }
}

const derive = (key: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', use, 32))
