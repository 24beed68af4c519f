import { TrustError } from './errors.js'
import { type JwksSource, jwksShape, type KeySet, keyIn, readKeys, unknownKey } from './jwks.js'
import { createRefillingAllowance } from './refilling-allowance.js'

export interface RemoteJwksOptions {
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
  /** Whole time for one fetch (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
  /** Older keys are fetched again in the background (milliseconds). Default 600 000 (10 minutes): a removed key lives that long. */
  readonly freshForMs?: number
  /** Keys are used this long while the issuer cannot be reached (milliseconds). Default 86 400 000 (24 hours), HelseID's advice. */
  readonly keepForMs?: number
}

interface Held {
  readonly keys: KeySet
  readonly fetchedAtMs: number
}

/**
 * Keys of an issuer, fetched when first needed. An unknown key id fetches again, at most 3 times at once and then once a
 * minute, so that a flood of invented key ids cannot make this service attack the issuer.
 */
export function remoteJwks(url: string, options: RemoteJwksOptions = {}): JwksSource {
  const { now = Date.now, freshForMs = 600_000, keepForMs = 86_400_000 } = options
  const mayFetch = createRefillingAllowance({ most: 3, refillMs: 60_000, now })
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
  const current = async (): Promise<Held> => {
    if (!held || now() - held.fetchedAtMs > keepForMs) return refresh()
    // Not awaited: the old keys serve meanwhile, and a failure shows when they are too old.
    if (now() - held.fetchedAtMs > freshForMs && mayFetch()) void refresh().catch(() => {})
    return held
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
  const { fetch = globalThis.fetch, timeoutMs = 5_000 } = options
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return readKeys(jwksShape.parse(await response.json()))
  } catch (cause) {
    throw new TrustError('ISSUER_UNAVAILABLE', { cause, detail: 'its keys cannot be fetched' })
  }
}
