import type { AccessToken, ProofSigner, SignInRequest, UserClient } from '@kilde/trust'
import { IdentityError } from './errors.js'

// How a program without a browser signs in at the stand-in (the only difference from HelseID is step 3):
//   1. POST /request                 the pushed request: client assertion, PKCE challenge, authorization_details
//   2. GET  /auth?client_id&request_uri            → 303 /interaction/<id>, with cookies
//   3. POST /interaction/<id>        persona=<key>, with the cookies  → 303 /auth/<id>
//   4. GET  /auth/<id>               with the cookies  → 303 <redirect address>?code&state&iss
//   5. POST /token                   code, PKCE verifier, client assertion, DPoP proof; again with the nonce it asks for
// 1 and 5 are any OAuth client's (createUserClient of @kilde/trust); 2 to 4 are here.

export { type AttestRequest, attestRequest } from './attest-request.js'

export interface SignInAsOptions {
  /** Where a user would be sent to: `PendingSignIn.url`. */
  readonly url: string
  /** Key of the persona, e.g. `gp`. */
  readonly persona: string
  /** Redirect address of the client: reached, never fetched. */
  readonly redirectUri: string
  readonly fetch?: typeof globalThis.fetch
}

const mostRedirects = 10

/**
 * Signs in as a persona without a browser. Answers the address that the browser would end at: it holds the code, or the
 * error of a refused sign-in.
 * @throws IdentityError `UNKNOWN_PERSONA`, `SIGN_IN_FAILED`
 */
export async function signInAs(options: SignInAsOptions): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = new URL(options.url)
  for (let count = 0; count < mostRedirects; count += 1) {
    if (isCallback(at, options.redirectUri)) return at
    const response = await visit(at, options, cookies)
    remember(cookies, response)
    const next = response.headers.get('location')
    if (response.status === 400 && isPersonaPage(at)) throw new IdentityError('UNKNOWN_PERSONA')
    if (!next) throw failed(`status ${response.status}`)
    at = new URL(next, at)
  }
  throw failed('too many redirects')
}

/** The whole sign-in of a persona: an access token bound to the key of `proof`. */
export async function tokenAs(o: {
  readonly client: UserClient
  readonly redirectUri: string
  readonly persona: string
  readonly proof: ProofSigner
  readonly request: SignInRequest
  readonly fetch?: typeof globalThis.fetch
}): Promise<AccessToken> {
  const pending = await o.client.start({ jkt: o.proof.jkt, ...o.request })
  const callback = await signInAs({ ...o, url: pending.url })
  return o.client.finish({ pending, callback, proof: o.proof })
}

function visit(
  at: URL,
  { persona, fetch = globalThis.fetch }: SignInAsOptions,
  cookies: ReadonlyMap<string, string>,
): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const common = {
    redirect: 'manual',
    headers: { cookie },
    signal: AbortSignal.timeout(10_000),
  } as const
  if (!isPersonaPage(at)) return fetch(at, common)
  return fetch(at, { ...common, method: 'POST', body: new URLSearchParams({ persona }) })
}

function isPersonaPage(at: URL): boolean {
  return at.pathname.startsWith('/interaction/')
}

function isCallback(at: URL, redirectUri: string): boolean {
  return at.origin + at.pathname === redirectUri
}

function remember(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const split = pair.indexOf('=')
    cookies.set(pair.slice(0, split), pair.slice(split + 1))
  }
}

function failed(detail: string): IdentityError {
  return new IdentityError('SIGN_IN_FAILED', { detail })
}
