import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ProofSigner } from '@kilde/trust'

export interface SignedPost {
  readonly url: string
  readonly body: string
  readonly token: string
  readonly proof: ProofSigner
  /** Path that is sent as it stands here, e.g. with `..` in it. Default: that of `url`, which the proof is for. */
  readonly path?: string
  /** Headers instead of the right ones; undefined leaves one out, a list sends one for each. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Posts a body with a token and a proof over that body, as services do among themselves; parts of it can be wrong. */
export async function signedPost(post: SignedPost): Promise<Answered> {
  const { url, body, token, proof, path = new URL(url).pathname } = post
  const bytes = Buffer.from(body)
  const headers = {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    authorization: `DPoP ${token}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token, body: bytes }),
    ...post.headers,
  }
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined)
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const outgoing = request({
      ...{ method: 'POST', hostname, port, path, agent: false },
      headers: Object.fromEntries(sent),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const { statusCode: status = 0, headers: received } = response
      text(response).then((said) => resolve({ status, headers: received, text: said }), reject)
    })
    outgoing.end(bytes)
  })
}

/** Code and text of a refusal of ours. */
export function refusalIn({ status, text: body }: Answered) {
  const { errors } = JSON.parse(body) as {
    errors?: readonly { message: string; extensions: { code: string } }[]
  }
  const [error] = errors ?? []
  return { status, code: error?.extensions.code, text: error?.message }
}
