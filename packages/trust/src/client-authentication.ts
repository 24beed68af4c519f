import { randomUUID } from 'node:crypto'
import type { ClientAuth } from 'oauth4webapi'
import { encodeJson } from './jws.js'
import { type PrivateJwk, signingKey, thumbprint } from './keys.js'
import { signJws } from './sign-jws.js'

/** An assertion is used at once: 30 seconds leave room for clocks, within the 60 that HelseID allows. */
const lifeSeconds = 30
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** `private_key_jwt` in HelseID's profile: typ `client-authentication+jwt`, audience the issuer alone, a new `jti` each time. */
export function createClientAuthentication(o: {
  readonly issuer: string
  readonly clientId: string
  readonly clientKey: PrivateJwk
  readonly now: () => number
}): ClientAuth {
  const key = signingKey(o.clientKey)
  const kid = o.clientKey.kid ?? thumbprint(o.clientKey)
  const header = encodeJson({ typ: 'client-authentication+jwt', alg: 'ES256', kid })
  return (_server, _client, body) => {
    const iat = Math.floor(o.now() / 1000)
    const times = { iat, nbf: iat, exp: iat + lifeSeconds }
    const who = { iss: o.clientId, sub: o.clientId, aud: o.issuer, jti: randomUUID() }
    body.set('client_id', o.clientId)
    body.set('client_assertion_type', assertionType)
    body.set('client_assertion', signJws(header, { ...who, ...times }, key))
  }
}
