import { attestRequest, tokenAs } from '@kilde/identity/sign-in'
import { personas } from '@kilde/people'
import {
  type AccessToken,
  createProofSigner,
  createUserClient,
  generateKey,
  type ProofSigner,
} from '@kilde/trust'
import type { World } from '../protocol.js'

const PERSONA = 'hospital-doctor'

/** A requester: a token, and what signs its proofs. */
export interface Session {
  readonly token: AccessToken
  readonly proof: ProofSigner
}

/** A new token for the gateway, of somebody who works at the hospital. */
export async function signIn({
  issuer,
  clientId,
  clientKey,
  redirectUri,
}: World): Promise<Session> {
  const persona = personas.find(({ key }) => key === PERSONA)
  const proof = createProofSigner(await generateKey())
  const token = await tokenAs({
    client: createUserClient({ issuer, clientId, clientKey, redirectUri }),
    redirectUri,
    persona: PERSONA,
    proof,
    request: {
      audience: 'kilde:gateway',
      scope: 'openid kilde:gateway/read',
      authorizationDetails: [persona && attestRequest(persona)].filter((one) => one !== undefined),
    },
  })
  return { token, proof }
}
