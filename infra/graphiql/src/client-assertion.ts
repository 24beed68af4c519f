import { createPrivateKey, randomUUID } from 'node:crypto'
import type { PrivateJwk } from '@kilde/trust'
import { SignJWT } from 'jose'

export interface Client {
  readonly clientId: string
  readonly clientKey: PrivateJwk
  readonly issuer: string
  readonly now: () => number
}

/** HelseID takes at most 60. */
const lifetimeSeconds = 30

/** `private_key_jwt` (RFC 7523) in HelseID's form: one use, the issuer as audience, a type of its own. */
export async function clientAssertion({
  clientId,
  clientKey,
  issuer,
  now,
}: Client): Promise<Record<string, string>> {
  const nowSeconds = Math.floor(now() / 1000)
  const assertion = await new SignJWT()
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'client-authentication+jwt',
      ...(clientKey.kid && { kid: clientKey.kid }),
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + lifetimeSeconds)
    .sign(createPrivateKey({ key: { ...clientKey }, format: 'jwk' }))
  return {
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
}
