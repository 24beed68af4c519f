import type { ProofKey } from './proof-key.js'

/** A compact JWS (ES256) whose header names the public key. */
export async function signJws(key: ProofKey, typ: string, claims: object): Promise<string> {
  const header = { typ, alg: 'ES256', jwk: key.publicJwk }
  const signed = `${encode(bytesOf(JSON.stringify(header)))}.${encode(bytesOf(JSON.stringify(claims)))}`
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.privateKey,
    bytesOf(signed),
  )
  return `${signed}.${encode(new Uint8Array(signature))}`
}

/** base64url SHA-256. */
export async function digest(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text))))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function encode(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
