import type { ProofKey } from './proof-key.js'

export interface ProofOf {
  readonly key: ProofKey
  readonly method: string
  /** Public address without query (`htu`). */
  readonly url: string
  readonly accessToken?: string
  /** Wanted by the identity service. */
  readonly nonce?: string
  /** The server's clock (epoch milliseconds). */
  readonly now: number
}

/** A DPoP proof (RFC 9449, section 4.2). */
export async function signProof({
  key,
  method,
  url,
  accessToken,
  nonce,
  now,
}: ProofOf): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk }
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    iat: Math.floor(now / 1000),
    ...(accessToken !== undefined && { ath: await digest(accessToken) }),
    ...(nonce !== undefined && { nonce }),
  }
  const signed = `${encode(bytesOf(JSON.stringify(header)))}.${encode(bytesOf(JSON.stringify(claims)))}`
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.privateKey,
    bytesOf(signed),
  )
  return `${signed}.${encode(new Uint8Array(signature))}`
}

async function digest(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text))))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function encode(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
