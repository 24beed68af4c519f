import { z } from 'zod'
import { TrustError } from './errors.js'
import type { JwksSource } from './jwks.js'
import { type RemoteJwksOptions, remoteJwks } from './remote-jwks.js'

const metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.url() })

/** The keys of an issuer by its name alone: their address is read once from its OpenID metadata. */
export function issuerJwks(issuer: string, options: RemoteJwksOptions = {}): JwksSource {
  let found: Promise<JwksSource> | undefined
  const find = (): Promise<JwksSource> => {
    found ??= keysAddress(issuer, options).then(
      (url) => remoteJwks(url, options),
      (error: unknown) => {
        found = undefined
        throw error
      },
    )
    return found
  }
  return { keyFor: async (kid, algorithm) => (await find()).keyFor(kid, algorithm) }
}

async function keysAddress(issuer: string, options: RemoteJwksOptions): Promise<string> {
  const { fetch = globalThis.fetch, timeoutMs = 5_000 } = options
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const read = metadata.parse(await response.json())
    if (read.issuer !== issuer) throw new Error('the metadata name another issuer')
    return read.jwks_uri
  } catch (cause) {
    throw new TrustError('ISSUER_UNAVAILABLE', { cause, detail: 'its metadata cannot be read' })
  }
}
