import { TrustError } from './errors.js'
import { fetchJson } from './fetch-json.js'
import { type JwksSource, jwksShape, type KeySet, keyIn, readKeys, unknownKey } from './jwks.js'
import { createRefillingAllowance } from './refilling-allowance.js'

export interface RemoteJwksOptions {
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
  /** Whole time for one fetch (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
  /**
   * Older keys are fetched again in the background, and keys twice as old before they are used (milliseconds). Default 300 000
   * (5 minutes): a key that was removed is refused after at most twice that.
   */
  readonly freshForMs?: number
  /** Keys are used this long while the issuer cannot be reached (milliseconds). Default 86 400 000 (24 hours), HelseID's advice. */
  readonly keepForMs?: number
}

interface Held {
  readonly keys: KeySet
  readonly fetchedAtMs: number
}

/** After a failure it is tried again so soon while there are no keys at all (milliseconds). */
const RETRY_MS = 1_000
/** Between fetches for whatever reason, but for one at once (milliseconds). */
const PAUSE_MS = 300_000

/**
 * Keys of an issuer, fetched when first needed. An unknown key id fetches again, once at once and then once in five minutes,
 * so that a flood of invented key ids cannot make this service attack the issuer. No key is ever older than that in a flood,
 * so that a rotation announced five minutes ahead refuses nobody.
 */
export function remoteJwks(url: string, options: RemoteJwksOptions = {}): JwksSource {
  const { now = Date.now, freshForMs = 300_000, keepForMs = 86_400_000 } = options
  const mayFetch = createRefillingAllowance({ most: 1, refillMs: PAUSE_MS, now })
  const mayRetry = createRefillingAllowance({ most: 1, refillMs: RETRY_MS, now })
  let held: Held | undefined
  let pending: Promise<Held> | undefined

  const refresh = (): Promise<Held> => {
    pending ??= fetchKeys(url, options)
      .then((keys) => {
        held = { keys, fetchedAtMs: now() }
        return held
      })
      .finally(() => {
        pending = undefined
      })
    return pending
  }
  const first = (): Promise<Held> => {
    if (pending || mayRetry()) return refresh()
    throw new TrustError('ISSUER_UNAVAILABLE', { detail: 'its keys could not be fetched just now' })
  }
  const current = async (): Promise<Held> => {
    if (!held || now() - held.fetchedAtMs > keepForMs) return first()
    const ageMs = now() - held.fetchedAtMs
    if (ageMs <= freshForMs || !(pending || mayFetch())) return held
    // The old keys serve on where the issuer does not answer.
    const fetched = refresh().catch(() => undefined)
    return ageMs > 2 * freshForMs ? ((await fetched) ?? held) : held
  }
  return {
    async keyFor(kid, algorithm) {
      const before = await current()
      const key = keyIn(before.keys, kid, algorithm)
      if (key) return key
      if (before.keys.has(kid) || !(pending || mayFetch())) return unknownKey()
      const after = await refresh()
      return keyIn(after.keys, kid, algorithm) ?? unknownKey()
    },
  }
}

async function fetchKeys(url: string, options: RemoteJwksOptions): Promise<KeySet> {
  try {
    return readKeys(jwksShape.parse(await fetchJson(url, options)))
  } catch (cause) {
    throw new TrustError('ISSUER_UNAVAILABLE', { cause, detail: 'its keys cannot be fetched' })
  }
}
