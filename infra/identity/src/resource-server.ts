import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import type { RegisteredClient } from './clients.js'
import { rightsOf } from './rights.js'

/** A service that tokens are issued for: HelseID's form, one audience each. */
export function resourceServer(
  audience: string,
  scopes: readonly string[],
  tokenSeconds: number,
): ResourceServer {
  return {
    audience,
    scope: scopes.join(' '),
    accessTokenTTL: tokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  }
}

/** Like HelseID, the stand-in finds the audience by the client where the request names none. */
export function defaultAudience(client: RegisteredClient): string {
  return Object.keys(rightsOf(client))[0] ?? ''
}

/**
 * The scopes that a client may have at an audience.
 * @throws InvalidTarget for an audience, InvalidScope for a scope that the client has no right to; the library alone would
 * leave out such a scope silently.
 */
export function scopesFor(
  ctx: KoaContextWithOIDC,
  audience: string,
  client: RegisteredClient,
): readonly string[] {
  const rights = rightsOf(client)
  const allowed = Object.hasOwn(rights, audience) ? rights[audience] : undefined
  if (!allowed) throw new errors.InvalidTarget('audience not allowed for this client')
  const requested = [...ctx.oidc.requestParamScopes].filter((scope) => !identityScopes.has(scope))
  const refused = requested.find((scope) => !allowed.includes(scope))
  if (refused !== undefined) throw new errors.InvalidScope('scope not allowed', refused)
  return allowed
}

const identityScopes: ReadonlySet<string> = new Set(['openid', 'profile'])
