import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import type { AskNumbers } from './ask-numbers.js'

export interface RememberNumbers {
  readonly now: () => number
  /** Most persons. Default 10,000. */
  readonly most?: number
}

/** What base data said is asked again after 10 minutes, and used for an hour where they do not answer: as of other registers. */
const FRESH_MS = 600_000
const KEEP_MS = 3_600_000

interface Known {
  readonly sealed: Buffer
  readonly atMs: number
}

/**
 * Remembers what base data said, in memory alone: under a digest with a key of this process, and sealed with another. A node that
 * knows the patients has it, a gateway has not: it would be a list of whom it was asked about.
 */
export function rememberNumbers(
  ask: AskNumbers,
  { now, most = 10_000 }: RememberNumbers,
): AskNumbers {
  const known = new Map<string, Known>()
  const digestKey = randomBytes(32)
  const seal = createSeal(randomBytes(32))
  const keyOf = (patient: PatientIdentifier): string =>
    createHmac('sha256', digestKey).update(identifierToken(patient)).digest('base64url')
  const keep = (key: string, numbers: readonly PatientIdentifier[]): void => {
    // Set anew it is the youngest; the oldest goes.
    known.delete(key)
    known.set(key, { sealed: seal.close(numbers), atMs: now() })
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
  }
  return async (patient, signal) => {
    const key = keyOf(patient)
    const before = known.get(key)
    const ageMs = before ? now() - before.atMs : Number.POSITIVE_INFINITY
    if (before && ageMs <= FRESH_MS) return seal.open(before.sealed)
    try {
      const numbers = await ask(patient, signal)
      keep(key, numbers)
      return numbers
    } catch (error) {
      if (before && ageMs <= KEEP_MS) return seal.open(before.sealed)
      known.delete(key)
      throw error
    }
  }
}

const ALGORITHM = 'aes-256-gcm'

function createSeal(key: Buffer) {
  return {
    close(numbers: readonly PatientIdentifier[]): Buffer {
      const nonce = randomBytes(12)
      const cipher = createCipheriv(ALGORITHM, key, nonce)
      const text = JSON.stringify(numbers.map(identifierToken))
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed: Buffer): readonly PatientIdentifier[] {
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(-16))
      const text = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
      return (JSON.parse(text.toString()) as string[]).map(parsePatientIdentifier)
    },
  }
}
