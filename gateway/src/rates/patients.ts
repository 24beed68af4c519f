import { createHmac, randomBytes } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.js'

const MINUTE_MS = 60_000
/** Most requesters that are counted at a time; the one not seen for longest is forgotten. */
const MOST_REQUESTERS = 20_000

/**
 * Counts the different patients that each requester asks about: who goes through a list of numbers asks about many, who works with
 * patients about few, however often. Of a patient only a digest is kept, by a key that lives as long as the process.
 */
export class PatientsPerMinute {
  readonly #most: number
  readonly #now: () => number
  readonly #key = randomBytes(32)
  /** When each patient was first met within the minute (epoch milliseconds), oldest first. */
  readonly #met = new LRUCache<string, Map<string, number>>({
    max: MOST_REQUESTERS,
    ttl: MINUTE_MS,
    ttlAutopurge: true,
  })

  /** @param most 0 for as many as come */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  /** @throws GatewayError `TOO_MANY_PATIENTS` */
  meet(requester: string, patient: PatientIdentifier): void {
    if (this.#most === 0) return
    const digest = createHmac('sha256', this.#key)
      .update(identifierToken(patient))
      .digest('base64url')
    const now = this.#now()
    const met = this.#met.get(requester) ?? new Map<string, number>()
    for (const [known, atMs] of met) if (now - atMs >= MINUTE_MS) met.delete(known)
    if (!met.has(digest)) {
      const [oldestMs = now] = met.values()
      if (met.size >= this.#most) throw tooMany(this.#most, MINUTE_MS - (now - oldestMs))
      met.set(digest, now)
    }
    this.#met.set(requester, met)
  }
}

function tooMany(most: number, waitMs: number): GatewayError {
  return new GatewayError('TOO_MANY_PATIENTS', {
    text: `You have asked about ${most} patients within a minute, which is the most.`,
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  })
}
