import type { Logger } from '@kilde/service'
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { type Client, clientAssertion } from './client-assertion.js'
import { GraphiqlError } from './errors.js'
import { createMetadataReader, type Metadata } from './metadata.js'
import { postForm } from './post-form.js'
import { readName } from './read-name.js'
import type { AuthorizationDetail, NonceWanted, SignedIn, Started } from './settings.js'
import type { SignIn } from './sign-ins.js'

export interface PushRequest {
  readonly signIn: SignIn
  readonly codeChallenge: string
  readonly proof: string
  readonly authorizationDetails: readonly AuthorizationDetail[]
}

export interface IdentityClient {
  metadata(): Promise<Metadata>
  /** Pushed authorisation request (RFC 9126), bound to the browser's key. */
  push(request: PushRequest): Promise<Started>
  redeem(request: { signIn: SignIn; code: string; proof: string }): Promise<SignedIn | NonceWanted>
}

export interface IdentityClientOptions extends Client {
  readonly redirectUri: string
  readonly audience: string
  readonly scope: string
  readonly fetch?: typeof globalThis.fetch
  readonly logger: Logger
}

const pushed = z.object({ request_uri: z.string() })
const tokens = z.object({
  access_token: z.string(),
  token_type: z.string().regex(/^DPoP$/i),
  expires_in: z.number().positive(),
  id_token: z.string().optional(),
})

export function createIdentityClient(o: IdentityClientOptions): IdentityClient {
  const fetch = o.fetch ?? globalThis.fetch
  const metadata = createMetadataReader({ issuer: o.issuer, fetch, now: o.now })
  const post = async <T>(url: string, proof: string, own: Fields, shape: z.ZodType<T>) => {
    const fields = new URLSearchParams({ ...(await clientAssertion(o)), ...own })
    return postForm({ url, fields, proof, fetch, logger: o.logger }, shape)
  }
  return {
    metadata,
    async push(request) {
      const { pushUrl, authorizeUrl } = await metadata()
      const answer = await post(pushUrl, request.proof, await pushFields(o, request), pushed)
      if ('nonce' in answer) return answer
      const query = new URLSearchParams({ client_id: o.clientId, request_uri: answer.request_uri })
      return { authorizeUrl: `${authorizeUrl}?${query.toString()}` }
    },
    async redeem({ signIn, code, proof }) {
      const { tokenUrl, jwksUrl } = await metadata()
      const answer = await post(tokenUrl, proof, codeFields(o, signIn, code), tokens)
      if ('nonce' in answer) return answer
      const expiresAtMs = o.now() + answer.expires_in * 1000
      const idToken = answer.id_token
      const name = await readName({ ...o, idToken, nonce: signIn.nonce, jwksUrl, fetch })
      return { accessToken: answer.access_token, expiresAtMs, ...(name && { name }) }
    },
  }
}

type Fields = Readonly<Record<string, string>>

async function pushFields(o: IdentityClientOptions, request: PushRequest): Promise<Fields> {
  const details = request.authorizationDetails
  return {
    response_type: 'code',
    redirect_uri: o.redirectUri,
    scope: o.scope,
    resource: o.audience,
    state: request.signIn.state,
    nonce: request.signIn.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    dpop_jkt: await thumbprint(request.proof),
    // An explorer is for trying things as somebody: never sign in silently as whoever was here before.
    prompt: 'login',
    ...(details.length > 0 && { authorization_details: JSON.stringify(details) }),
  }
}

function codeFields(o: IdentityClientOptions, signIn: SignIn, code: string): Fields {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: o.redirectUri,
    code_verifier: signIn.codeVerifier,
    resource: o.audience,
  }
}

/** Of the key in the proof. That the sender holds the key is for the identity service to check. */
async function thumbprint(proof: string): Promise<string> {
  try {
    return await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk ?? {})
  } catch (cause) {
    throw new GraphiqlError('SIGN_IN_INPUT', { cause })
  }
}
