import { z } from 'zod'
import { GraphiqlError } from './errors.js'
import { parse, readJson } from './post-form.js'

/** What is needed of the issuer's metadata (RFC 8414, OpenID Connect Discovery). */
export interface Metadata {
  readonly authorizeUrl: string
  readonly pushUrl: string
  readonly tokenUrl: string
  readonly jwksUrl: string
}

/** HelseID's own advice is 24 hours; an hour keeps a local issuer's changes short. */
const freshForMs = 3_600_000
const timeoutMs = 5_000

const shape = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  pushed_authorization_request_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
})

/** Reads the issuer's metadata when they are first needed, so that the gateway starts without the identity service. */
export function createMetadataReader(o: {
  readonly issuer: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}): () => Promise<Metadata> {
  let held: { readonly metadata: Metadata; readonly untilMs: number } | undefined
  return async () => {
    if (held === undefined || held.untilMs <= o.now()) {
      held = { metadata: await read(o.issuer, o.fetch), untilMs: o.now() + freshForMs }
    }
    return held.metadata
  }
}

async function read(issuer: string, fetch: typeof globalThis.fetch): Promise<Metadata> {
  const found = parse(
    shape,
    await readJson(await get(`${issuer}/.well-known/openid-configuration`, fetch)),
  )
  if (found.issuer !== issuer) {
    throw new GraphiqlError('SIGN_IN_UNAVAILABLE', { detail: 'the metadata name another issuer' })
  }
  return {
    authorizeUrl: found.authorization_endpoint,
    pushUrl: found.pushed_authorization_request_endpoint,
    tokenUrl: found.token_endpoint,
    jwksUrl: found.jwks_uri,
  }
}

async function get(url: string, fetch: typeof globalThis.fetch): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  } catch (cause) {
    throw new GraphiqlError('SIGN_IN_UNAVAILABLE', { cause })
  }
}
