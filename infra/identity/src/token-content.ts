import { claims } from '@kilde/trust'
import type { JWTPayload } from 'jose'
import type {
  AccessToken,
  ClientCredentials,
  JWTStructured,
  KoaContextWithOIDC,
} from 'oidc-provider'
import type { RegisteredClient } from './clients.js'
import { personaBySubject } from './subjects.js'
import { clientClaims, exchangedClaims, personClaims } from './token-claims.js'

type Token = AccessToken | ClientCredentials

/** Changes a token's claims just before it is signed. For tests of what services refuse, and for nothing else. */
export type AlterToken = (payload: Readonly<Record<string, unknown>>) => Record<string, unknown>

/** What stands in the access tokens that are issued. */
export interface TokenContent {
  readonly extraClaims: (
    ctx: KoaContextWithOIDC | undefined,
    token: Token,
  ) => Record<string, unknown>
  /** Gives a token HelseID's form. */
  readonly shape: (parts: JWTStructured) => void
  /** A token to be issued carries the claims of a user's token that is exchanged for it. */
  readonly carry: (token: object, subjectToken: JWTPayload, clientId: string) => void
}

export function createTokenContent(
  clientOf: (clientId: string) => RegisteredClient,
  alter: AlterToken = (payload) => ({ ...payload }),
): TokenContent {
  const carried = new WeakMap<object, Record<string, unknown>>()
  return {
    carry(token, subjectToken, clientId) {
      carried.set(token, { ...exchangedClaims(subjectToken, clientOf(clientId)) })
    },
    extraClaims(ctx, token) {
      const client = clientOf(token.clientId ?? '')
      const persona = 'accountId' in token ? personaBySubject(token.accountId) : undefined
      if (!persona) return { ...clientClaims(client) }
      const authTime = ctx?.oidc.entities.AuthorizationCode?.authTime
      const session = 'sessionUid' in token ? token.sessionUid : undefined
      return (
        carried.get(token) ?? {
          ...clientClaims(client),
          ...personClaims(persona, { authTime, session }),
        }
      )
    },
    shape(parts) {
      parts.payload = alter(inHelseIdForm(parts.payload)) as JWTStructured['payload']
    },
  }
}

/** Scope as a list, the attest as a claim of its own. */
function inHelseIdForm(payload: JWTStructured['payload']): Record<string, unknown> {
  const { authorization_details: details, scope, ...rest } = payload
  const [attest] = Array.isArray(details) ? details : []
  return {
    ...rest,
    nbf: rest['iat'],
    scope: typeof scope === 'string' ? scope.split(' ') : [],
    ...(attest && { [claims.attest]: withoutType(attest) }),
  }
}

function withoutType({ type: _type, ...attest }: Record<string, unknown>): object {
  return attest
}
