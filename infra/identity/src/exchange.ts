import { claims } from '@kilde/trust'
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import {
  errors,
  type Provider,
  type ResourceServer,
  type TokenEndpointGrantContext,
} from 'oidc-provider'
import {
  checkDpopReplay,
  type DpopBinding,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js'
import { type Keyring, publicKeys } from './keyring.js'
import { gatewayAudience } from './rights.js'
import { tokenExchange } from './token-exchange-names.js'

export interface ExchangeOptions {
  readonly keyring: Keyring
  readonly resourceServer: (audience: string, scopes: readonly string[]) => ResourceServer
  /** Called with the token to be issued, before it is signed: remembers whose claims it carries. */
  readonly carry: (token: object, subjectToken: JWTPayload, clientId: string) => void
}

const organizationAudience = /^kilde:organization:\d{9}$/
const scope = 'kilde:organization/read'
/** Whom a requester asks about is evaluated blinded, for the requester alone. */
const locator = { audience: 'kilde:locator', scope: 'kilde:locator/evaluate' }

const scopeAt = (audience: string): string =>
  audience === locator.audience ? locator.scope : scope

/**
 * Token exchange (RFC 8693): the gateway turns a user's token for itself into one for a single organisation, bound to the
 * gateway's own key. The library has no such grant; client authentication, proof and nonce are the library's.
 */
export function addTokenExchange(provider: Provider, options: ExchangeOptions): void {
  const parameters = ['subject_token', 'subject_token_type', 'audience', 'scope']
  provider.registerGrantType(
    tokenExchange.grantType,
    async (ctx: TokenEndpointGrantContext) => {
      const binding = await readBinding(provider, ctx)
      const audience = readAudience(ctx.oidc.params['audience'])
      checkScope(ctx.oidc.params['scope'], scopeAt(audience))
      const subject = await readSubjectToken(ctx.oidc.params, provider.issuer, options.keyring)
      await checkDpopReplay(provider, ctx, binding, ctx.oidc.client.clientId)
      await issue({ provider, ctx, audience, subject, binding, options })
    },
    parameters,
  )
}

async function readBinding(
  provider: Provider,
  ctx: TokenEndpointGrantContext,
): Promise<DpopBinding> {
  const binding = await validateDpop(provider, ctx)
  if (!binding) throw new errors.InvalidGrant('DPoP proof JWT not provided')
  return binding
}

function readAudience(audience: unknown): string {
  const isKnown =
    typeof audience === 'string' &&
    (organizationAudience.test(audience) || audience === locator.audience)
  if (isKnown) return audience
  throw new errors.InvalidTarget('the audience must be one organisation')
}

function checkScope(requested: unknown, scope: string): void {
  if (requested === undefined || requested === scope) return
  throw new errors.InvalidScope('requested scope is not allowed', scope)
}

/** RFC 8693 §2.2.2: whatever is wrong with the subject token is an invalid request. */
async function readSubjectToken(
  params: Readonly<Record<string, unknown>>,
  issuer: string,
  keyring: Keyring,
): Promise<JWTPayload & { readonly sub: string }> {
  const { subject_token: token, subject_token_type: type } = params
  if (type !== tokenExchange.accessToken || typeof token !== 'string') {
    throw new errors.InvalidRequest('subject_token must be an access token')
  }
  const keys = createLocalJWKSet({ keys: [...publicKeys(keyring).keys] })
  const verified = await jwtVerify(token, keys, {
    issuer,
    audience: gatewayAudience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['sub', claims.pid],
  }).catch(() => undefined)
  const subject = verified?.payload.sub
  if (!verified || !subject) throw new errors.InvalidRequest('subject_token is not valid')
  return { ...verified.payload, sub: subject }
}

async function issue(o: {
  readonly provider: Provider
  readonly ctx: TokenEndpointGrantContext
  readonly audience: string
  readonly subject: JWTPayload & { readonly sub: string }
  readonly binding: DpopBinding
  readonly options: ExchangeOptions
}): Promise<void> {
  const { provider, ctx, audience, subject } = o
  const scope = scopeAt(audience)
  const server = o.options.resourceServer(audience, [scope])
  const expiresIn = lifetime(subject, server)
  const token = new provider.AccessToken({
    accountId: subject.sub,
    client: ctx.oidc.client,
    // The exchanged token hangs on the user's token, which is its grant.
    grantId: subject.jti ?? '',
    gty: 'token_exchange',
    scope,
    expiresIn,
  })
  token.resourceServer = new provider.ResourceServer(audience, server)
  token.setThumbprint('jkt', o.binding.thumbprint)
  o.options.carry(token, subject, ctx.oidc.client.clientId)
  ctx.oidc.entity('AccessToken', token)
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: tokenExchange.accessToken,
    token_type: 'DPoP',
    expires_in: expiresIn,
    scope,
  }
}

/** Exchanging never makes a sign-in last longer. */
function lifetime(subject: JWTPayload, server: ResourceServer): number {
  const left = (subject.exp ?? 0) - Math.floor(Date.now() / 1000)
  return Math.max(1, Math.min(left, server.accessTokenTTL ?? left))
}
