import {
  type AdapterFactory,
  type AuthorizationDetail,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
} from 'oidc-provider'
import { fillAttest } from './attest.js'
import { readAttestInput } from './attest-input.js'
import { checkClientAssertion } from './client-assertion.js'
import type { ClientsById, RegisteredClient } from './clients.js'
import { addTokenExchange } from './exchange.js'
import { messagePage, pageHeaders } from './html.js'
import { signInPolicy } from './interaction-policy.js'
import type { Keyring } from './keyring.js'
import { defaultAudience, resourceServer, scopesFor } from './resource-server.js'
import { personaBySubject } from './subjects.js'
import { type AlterToken, createTokenContent, type TokenContent } from './token-content.js'

export interface ProviderOptions {
  readonly issuer: string
  readonly clients: ClientsById
  readonly tokenSeconds: number
  readonly keyring: Keyring
  readonly adapter: AdapterFactory
  /** Secrets that outlive a change of signing keys. */
  readonly secrets: { readonly nonce: Buffer; readonly cookie: string }
  readonly alterToken?: AlterToken
}

/** An OpenID provider with HelseID's profile (target architecture B2). */
export function createProvider(options: ProviderOptions): Provider {
  const clientOf = knownTo(options.clients)
  const content = createTokenContent(clientOf, options.alterToken)
  const provider = new Provider(options.issuer, {
    ...fixedParts,
    ...changingParts(options),
    ...tokenParts(content),
    features: features(options, clientOf),
  })
  addTokenExchange(provider, {
    keyring: options.keyring,
    resourceServer: (audience, scopes) => resourceServer(audience, scopes, options.tokenSeconds),
    carry: content.carry,
  })
  return provider
}

function knownTo(clients: ClientsById): (id: string) => RegisteredClient {
  return (id) => {
    const client = clients(id)
    if (!client) throw new errors.InvalidClient('unknown client')
    return client
  }
}

/** KILDE_TOKEN_SECONDS, which came with the resource server (seconds). */
function lifeOf(
  _ctx: unknown,
  token: { readonly resourceServer?: ResourceServer | undefined },
): number {
  return token.resourceServer?.accessTokenTTL ?? 600
}

const fixedParts = {
  scopes: ['openid', 'profile'],
  claims: {
    openid: ['sub', 'name'],
    profile: ['name', 'given_name', 'family_name'],
  },
  clientAuthMethods: ['private_key_jwt'],
  responseTypes: ['code'],
  pkce: { required: () => true },
  enabledJWA: {
    clientAuthSigningAlgValues: ['ES256'],
    dPoPSigningAlgValues: ['ES256', 'PS256'],
    idTokenSigningAlgValues: ['ES256'],
  },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  ttl: {
    AuthorizationCode: 60,
    ClientCredentials: lifeOf,
    AccessToken: lifeOf,
    Grant: 600,
    IdToken: 600,
    Interaction: 600,
    Session: 600,
  },
  // Codes and tokens stand on their own: there are no sessions (memory-adapter.ts).
  expiresWithSession: () => false,
  interactions: {
    policy: signInPolicy,
    url: (_ctx: KoaContextWithOIDC, interaction: { uid: string }) =>
      `/interaction/${interaction.uid}`,
  },
  findAccount: (_ctx: KoaContextWithOIDC, id: string) => findAccount(id),
  loadExistingGrant: grantWhatWasAsked,
  renderError(ctx: KoaContextWithOIDC, out: { error: string }) {
    ctx.type = 'html'
    ctx.set(pageHeaders())
    ctx.body = messagePage('The sign-in failed', `The request was refused: ${out.error}.`)
  },
} as const satisfies Configuration

function changingParts(options: ProviderOptions): Configuration {
  return {
    adapter: options.adapter,
    jwks: { keys: options.keyring.keys.map((key) => ({ ...key })) },
    cookies: { keys: [options.secrets.cookie] },
    assertJwtClientAuthClaimsAndHeader: (_ctx, payload, header) =>
      checkClientAssertion(options.issuer, payload, header),
  }
}

function tokenParts(content: TokenContent): Configuration {
  return {
    extraTokenClaims: content.extraClaims,
    formats: { customizers: { jwt: (_ctx, _token, parts) => content.shape(parts) } },
  }
}

function features(
  options: ProviderOptions,
  clientOf: (id: string) => RegisteredClient,
): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    dPoP: { enabled: true, nonceSecret: options.secrets.nonce, requireNonce: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, client) => defaultAudience(clientOf(client.clientId)),
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, audience, client) => {
        const scopes = scopesFor(ctx, audience, clientOf(client.clientId))
        return resourceServer(audience, scopes, options.tokenSeconds)
      },
    },
    richAuthorizationRequests: {
      enabled: true,
      types: {
        'nhn:tillitsrammeverk:parameters': {
          validate: (_ctx, detail) => void readAttestInput(detail),
        },
      },
      authorizationDetailsForGrantSource: (ctx) => attestOf(ctx),
      authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
    },
  }
}

/** The attest is made when the person has signed in, from what the pushed request asked for. */
function attestOf(ctx: KoaContextWithOIDC): AuthorizationDetail[] {
  const persona = personaBySubject(ctx.oidc.session?.accountId ?? '')
  if (!persona) throw new errors.AccessDenied('nobody has signed in')
  return requestedDetails(ctx.oidc.params).map((detail) =>
    fillAttest(readAttestInput(detail), persona, Date.now()),
  )
}

export function requestedDetails(
  params: Readonly<Record<string, unknown>> | undefined,
): readonly unknown[] {
  const asked = params?.['authorization_details']
  const details: unknown = typeof asked === 'string' ? JSON.parse(asked) : asked
  return Array.isArray(details) ? details : []
}

async function findAccount(id: string) {
  const persona = personaBySubject(id)
  if (!persona) return undefined
  return { accountId: id, claims: async () => ({ sub: id, name: persona.name }) }
}

/** No consent screen: a sign-in grants what the pushed request asked for and the client has a right to. */
async function grantWhatWasAsked(ctx: KoaContextWithOIDC) {
  const { account, client, provider, resourceServers = {} } = ctx.oidc
  if (!account || !client) return undefined
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope('openid profile')
  for (const [audience, server] of Object.entries(resourceServers)) {
    grant.addResourceScope(audience, server.scope)
  }
  await grant.save()
  return grant
}
