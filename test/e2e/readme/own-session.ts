import { createProofSigner, generateKey, publicPart } from '@kilde/trust'
import type { KeyPair } from 'dpop'
import type { WatchedNetwork } from '../../kit/network.js'

/** What a front-end has after its sign-in, as the README's examples take it. */
export interface OwnSession {
  readonly graphqlUrl: string
  readonly accessToken: () => string
  readonly keys: KeyPair
}

/** Signs a persona in with a key pair of the front-end's own. */
export async function createOwnSession(
  network: WatchedNetwork,
  persona: string,
): Promise<OwnSession> {
  const jwk = await generateKey()
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { kid: _kid, ...key } = jwk
  const { kid: _publicKid, ...publicKey } = publicPart(jwk)
  const { subtle } = globalThis.crypto
  const keys = {
    privateKey: await subtle.importKey('jwk', key, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('jwk', publicKey, algorithm, true, ['verify']),
  }
  const { token } = await network.signIn(persona, createProofSigner(jwk))
  return { graphqlUrl: `${network.gateway}/graphql`, accessToken: () => token.value, keys }
}
