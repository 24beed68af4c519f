import { z } from 'zod'
import { TrustError } from './errors.js'
import { fetchJson } from './fetch-json.js'
import type { JwksSource } from './jwks.js'
import { createRefillingAllowance } from './refilling-allowance.js'
import { type RemoteJwksOptions, remoteJwks } from './remote-jwks.js'

const metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) })

/** HelseID's advice for its metadata (milliseconds). */
const METADATA_FRESH_MS = 86_400_000
const RETRY_MS = 1_000

interface Found {
  readonly url: string
  readonly keys: JwksSource
  readonly atMs: number
}

/** The keys of an issuer by its name alone: their address is read from its OpenID metadata, at most once a second, and again each day. */
export function issuerJwks(issuer: string, options: RemoteJwksOptions = {}): JwksSource {
  const { now = Date.now } = options
  const mayAsk = createRefillingAllowance({ most: 1, refillMs: RETRY_MS, now })
  let found: Found | undefined
  let pending: Promise<Found> | undefined

  const find = (): Promise<Found> => {
    pending ??= keysAddress(issuer, options)
      .then((url) => {
        // The same address: the keys that are held are as good as before.
        const keys = found?.url === url ? found.keys : remoteJwks(url, options)
        found = { url, keys, atMs: now() }
        return found
      })
      .finally(() => {
        pending = undefined
      })
    return pending
  }
  const current = async (): Promise<Found> => {
    if (found && now() - found.atMs <= METADATA_FRESH_MS) return found
    if (pending || mayAsk()) return find().catch((error: unknown) => found ?? Promise.reject(error))
    if (found) return found
    throw new TrustError('ISSUER_UNAVAILABLE', {
      detail: 'its metadata could not be read just now',
    })
  }
  return { keyFor: async (kid, algorithm) => (await current()).keys.keyFor(kid, algorithm) }
}

async function keysAddress(issuer: string, options: RemoteJwksOptions): Promise<string> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const read = metadata.parse(await fetchJson(url, options))
    if (read.issuer !== issuer) throw new Error('the metadata name another issuer')
    // Keys over http can be anybody's.
    const isPlain = read.jwks_uri.startsWith('http:') && !issuer.startsWith('http:')
    if (isPlain) throw new Error('the metadata name a plain http address')
    return read.jwks_uri
  } catch (cause) {
    throw new TrustError('ISSUER_UNAVAILABLE', { cause, detail: 'its metadata cannot be read' })
  }
}
