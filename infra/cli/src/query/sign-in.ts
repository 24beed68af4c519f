import { attestRequest, tokenAs } from '@kilde/identity/sign-in'
import type { Persona } from '@kilde/people'
import {
  type AccessToken,
  createProofSigner,
  createUserClient,
  generateKey,
  type ProofSigner,
} from '@kilde/trust'
import { type DemoFile, readClientKey } from '../demo.js'
import type { Surroundings } from '../surroundings.js'

export interface SignedIn {
  readonly token: AccessToken
  /** Holds the key that the token is bound to. */
  readonly proof: ProofSigner
}

/** What a token is for. */
export interface Target {
  readonly audience: string
  readonly scope: string
}

const GATEWAY: Target = { audience: 'kilde:gateway', scope: 'kilde:gateway/read' }

/**
 * Signs a persona in, as a browser would: pushed request, PKCE, and for those who work in health care their attest.
 * Each time anew, with a new key: nothing of it is kept.
 */
export async function signIn(
  persona: Persona,
  demo: DemoFile,
  { now }: Surroundings,
  target = GATEWAY,
): Promise<SignedIn> {
  const { clientId, redirectUri } = demo.clients.cli
  const client = createUserClient({
    issuer: demo.identity,
    clientId,
    clientKey: await readClientKey(demo.clients.cli),
    redirectUri,
    now,
  })
  const proof = createProofSigner(await generateKey(), { now })
  const attest = attestRequest(persona)
  const request = {
    audience: target.audience,
    scope: `openid ${target.scope}`,
    ...(attest && { authorizationDetails: [attest] }),
  }
  const token = await tokenAs({ client, redirectUri, persona: persona.key, proof, request })
  return { token, proof }
}
