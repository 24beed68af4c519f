import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { claims, publicJwk, thumbprint } from '@kilde/trust'
import type { ClientMetadata } from 'oidc-provider'
import { z } from 'zod'
import { tokenExchange } from './token-exchange-names.js'

/** What a client is for; its rights follow from that (rights.ts). */
const kinds = ['user', 'gateway', 'node', 'ingest', 'admin', 'follower'] as const

const clientId = /^[\w-][\w.-]{0,99}$/

const client = z
  .strictObject({
    clientId: z.string().regex(clientId),
    kind: z.enum(kinds),
    /** Shown at sign-in, and in tokens for logs. */
    name: z.string().min(1).max(100),
    /** Key that the client authenticates with (ES256). */
    publicJwk,
    /** Organisation number: which organisation the client belongs to. */
    organization: z
      .string()
      .regex(/^\d{9}$/)
      .optional(),
    /** Where users may be sent back to; exact addresses. */
    redirectUris: z.array(z.url()).optional(),
  })
  .refine(({ kind, organization }) => organization || !['node', 'ingest'].includes(kind), {
    message: 'a client of kind node or ingest needs an organization',
  })
  .refine(({ kind, redirectUris }) => (kind === 'user') === Boolean(redirectUris?.length), {
    message: 'a client of kind user, and no other, needs redirectUris',
  })

export const clientList = z
  .array(client)
  .min(1)
  .refine((list) => new Set(list.map(({ clientId }) => clientId)).size === list.length, {
    message: 'two clients have the same clientId',
  })

/** A registered client of the stand-in. */
export type RegisteredClient = z.infer<typeof client>

/** Who is registered under an id. */
export type ClientsById = (id: string) => RegisteredClient | undefined

/**
 * The clients of the configuration, and those that somebody put into a folder since [HelseID Selvbetjening]: a file for each,
 * looked for until it is there, and then never read again. A file that describes no client, or another one, is passed over.
 */
export function registeredClients(
  list: readonly RegisteredClient[],
  directory?: string,
): ClientsById {
  const byId = new Map(list.map((one) => [one.clientId, one]))
  return (id) => {
    const known = byId.get(id)
    if (known || directory === undefined || !clientId.test(id)) return known
    const read = client.safeParse(jsonIn(join(directory, `${id}.json`)))
    if (!read.success || read.data.clientId !== id) return undefined
    byId.set(id, read.data)
    return read.data
  }
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch {
    return undefined
  }
}

/** HelseID's profile for every client: key authentication, pushed requests, tokens bound to a key. */
export function metadataOf(registered: RegisteredClient): ClientMetadata {
  const { publicJwk: key } = registered
  const jwk = { ...key, kid: key.kid ?? thumbprint(key), alg: 'ES256', use: 'sig' }
  return {
    client_id: registered.clientId,
    client_name: registered.name,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    jwks: { keys: [jwk] },
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    redirect_uris: registered.redirectUris ?? [],
    response_types: registered.kind === 'user' ? ['code'] : [],
    grant_types: grantTypes[registered.kind],
    authorization_details_types: registered.kind === 'user' ? [claims.attest] : [],
  }
}

const grantTypes: Readonly<Record<RegisteredClient['kind'], string[]>> = {
  user: ['authorization_code'],
  gateway: ['client_credentials', tokenExchange.grantType],
  node: ['client_credentials'],
  ingest: ['client_credentials'],
  admin: ['client_credentials'],
  follower: ['client_credentials'],
}
