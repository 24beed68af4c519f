import { breakSignature } from '../e2e/tokens/forge.js'
import type { Sending, Surface } from './setting.js'

/** Somebody who may not ask, with what they send beside the body. */
export interface Stranger {
  readonly name: string
  /** Headers in place of the right ones; made anew for each request. */
  readonly headers: (body: string) => NonNullable<Sending['headers']>
}

/** Requests of which the gateway cannot tell, or does not believe, whose they are. */
export async function strangersTo({
  network,
  session,
  url,
}: Surface): Promise<readonly Stranger[]> {
  const { token, proof } = session
  const other = await network.signIn('hospital-doctor')
  const sign = (signer: typeof proof, accessToken: string, body?: string): string =>
    signer.sign({
      method: 'POST',
      url,
      accessToken,
      ...(body !== undefined && { body: Buffer.from(body) }),
    })
  const forged = breakSignature(token.value)
  const dpop = (value: string) => `DPoP ${value}`
  return [
    { name: 'without a token', headers: () => ({ authorization: undefined, dpop: undefined }) },
    { name: 'with an empty token', headers: () => ({ authorization: 'DPoP ', dpop: undefined }) },
    { name: 'with a token and no proof', headers: () => ({ dpop: undefined }) },
    {
      name: 'with a token as Bearer',
      headers: () => ({ authorization: `Bearer ${token.value}` }),
    },
    {
      name: 'with something for a token',
      headers: () => ({ authorization: dpop('x'.repeat(2_000)) }),
    },
    { name: 'with something for a proof', headers: () => ({ dpop: 'a.b.c' }) },
    {
      name: 'with a forged token and a proof for it',
      headers: () => ({ authorization: dpop(forged), dpop: sign(proof, forged) }),
    },
    {
      name: 'with a token and a proof by another key',
      headers: () => ({ dpop: sign(other.proof, token.value) }),
    },
    {
      name: 'with a proof over another body',
      headers: (body) => ({ dpop: sign(proof, token.value, `${body} `) }),
    },
    {
      name: 'with a forged proof',
      headers: () => ({ dpop: breakSignature(sign(proof, token.value)) }),
    },
  ]
}
