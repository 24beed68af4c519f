import { createProofSigner, generateKey, type ProofSigner } from '@kilde/trust'
import type {
  AuthorizationDetail,
  SignedIn,
  SignInEndpoints,
  SignInPhase,
  Started,
  TokenAnswer,
} from '../src/settings.js'
import { publicUrl } from './kit.js'

/** What the page does at sign-in, done by a program: holds the key and the cookie. */
export interface Browser {
  readonly proof: ProofSigner
  /** Answers the address of the identity service to go to. */
  start(authorizationDetails?: readonly AuthorizationDetail[]): Promise<string>
  /** Follows the identity service's redirect to the public address. Answers where the page is sent then. */
  return(callback: URL): Promise<string | null>
  phase(): Promise<SignInPhase>
  token(): Promise<SignedIn>
  /** The answer as it is, to a proof with the nonce or without one. */
  postToken(o?: { nonce?: string | undefined; proof?: ProofSigner }): Promise<Response>
  cookie(): string
}

export async function openBrowser(url: string): Promise<Browser> {
  const proof = createProofSigner(await generateKey())
  let cookie = ''
  const send = async (path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${url}/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { cookie, ...(body && { origin: publicUrl, 'content-type': 'application/json' }) },
      redirect: 'manual',
      ...(body && { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) cookie = line
    return response
  }
  const endpoints = async (): Promise<SignInEndpoints> => json(await send('session/endpoints'))
  const sign = (url: string, nonce?: string, signer = proof): string =>
    signer.sign({ method: 'POST', url, ...(nonce !== undefined && { nonce }) })
  const postToken: Browser['postToken'] = async (o = {}) =>
    send('session/token', { proof: sign((await endpoints()).tokenUrl, o.nonce, o.proof) })
  return {
    proof,
    postToken,
    cookie: () => cookie,
    async start(authorizationDetails = []) {
      const { pushUrl } = await endpoints()
      const post = async (nonce?: string): Promise<Started> =>
        json(await send('session/start', { proof: sign(pushUrl, nonce), authorizationDetails }))
      const first = await post()
      const started = 'nonce' in first ? await post(first.nonce) : first
      return 'authorizeUrl' in started ? started.authorizeUrl : ''
    },
    async return({ search }) {
      return (await send(`callback${search}`)).headers.get('location')
    },
    phase: async () => json(await send('session')),
    async token() {
      const first = await json<TokenAnswer>(await postToken())
      return 'nonce' in first ? json<SignedIn>(await postToken(first)) : first
    },
  }
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as T
}
