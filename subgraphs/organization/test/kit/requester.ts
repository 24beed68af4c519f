import { generateKeyPairSync } from 'node:crypto'
import { createProofSigner } from '@kilde/trust'
import type { createIssuer } from './tokens.js'

type Json = Readonly<Record<string, unknown>>

/** Somebody with a key of their own who signs requests; `claims` are those of the token that a gateway exchanges theirs for. */
export function createRequester(
  issuer: Pick<ReturnType<typeof createIssuer>, 'token'>,
  claims: Json,
) {
  const proof = createProofSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  return {
    /** What a gateway passes on of a request: signature, the requester's own token, and the body that was signed. */
    sign(query: string, variables: Json) {
      const token = issuer.token({
        ...claims,
        aud: 'kilde:gateway',
        scope: ['kilde:gateway/read'],
        act: undefined,
        client_id: 'front-end',
        cnf: { jkt: proof.jkt },
      })
      const body = JSON.stringify({ query, variables })
      const signature = proof.signRequest({ body: Buffer.from(body), accessToken: token })
      return { token, body, signature }
    },
  }
}
