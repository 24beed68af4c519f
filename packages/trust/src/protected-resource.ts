import type { Server } from '@kilde/service'
import { proofAlgorithms, tokenAlgorithms } from './algorithms.js'
import { claims } from './claims.js'
import { wantsNonce } from './keep-nonce.js'
import type { Nonces } from './nonces.js'

/** An address that takes access tokens, as clients learn it. */
export interface ProtectedResource {
  /** Its public address, which proofs are for. */
  readonly url: string
  readonly name: string
  /** Issuer of the tokens that it takes. */
  readonly issuer: string
  readonly scopes: readonly string[]
  /** Whether health personnel must bring an attest. */
  readonly attest: boolean
}

/** Where the metadata of a resource are: before its path (RFC 9728 §3.1). */
export function metadataAddress(resource: string): string {
  const { origin, pathname } = new URL(resource)
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`
}

/** RFC 9728 §2, and the parameter by which HelseID's clients see which authorization details a token needs (B2). */
function metadataOf({ url, name, issuer, scopes, attest }: ProtectedResource): object {
  return {
    resource: url,
    resource_name: name,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    // No bearer tokens in any form.
    bearer_methods_supported: [],
    dpop_bound_access_tokens_required: true,
    dpop_signing_alg_values_supported: proofAlgorithms,
    access_token_signing_alg_values_supported: tokenAlgorithms,
    ...(attest && {
      authorization_details_types_supported: [claims.attest],
      authorization_details_types_required: { allOf: [claims.attest] },
    }),
  }
}

/** Serves the metadata of a resource. Whoever comes without a token finds here what to ask for, and of whom. */
export function serveMetadata({ app }: Pick<Server, 'app'>, resource: ProtectedResource): void {
  const body = JSON.stringify(metadataOf(resource))
  const { pathname } = new URL(metadataAddress(resource.url))
  app.get(pathname, async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=3600')
      .header('access-control-allow-origin', '*')
      .type('application/json')
      .send(body),
  )
}

/** Tells the nonce with every answer, so that a client seldom has to ask twice (RFC 9449 §8.2), or where it is needed alone. */
export function tellNonces({ app }: Pick<Server, 'app'>, nonces: Nonces | undefined): void {
  if (nonces?.told === 'ALWAYS') {
    app.addHook('onRequest', async (_request, { raw }) => {
      // Of the answer itself: a stream is written without the server's further steps.
      raw.setHeader('dpop-nonce', nonces.current())
    })
  } else if (nonces) {
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (wantsNonce(reply.getHeader('www-authenticate'))) {
        reply.header('dpop-nonce', nonces.current())
      }
      done()
    })
  }
}
