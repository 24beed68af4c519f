import { createHash, createHmac, type KeyObject, sign } from 'node:crypto'
import type { Claims } from './setting.js'

// A tester has to write what no honest program writes: so the parts of a JWS are put together here by hand.

export interface JwsParts {
  readonly header: Claims
  readonly payload: Claims
}

/** A compact JWS with ES256, whatever its header says. */
export function signParts({ header, payload }: JwsParts, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** Signed with a text as the secret (HS256): what a verifier accepts that believes `alg`. */
export function signBySecret({ header, payload }: JwsParts, secret: string): string {
  const input = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** `alg: none`, without a signature. */
export const withoutSignature = ({ header, payload }: JwsParts): string =>
  `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`

/** Other claims under the signature that was there. */
export function exchangePayload(jws: string, payload: Claims): string {
  const [header, , signature] = jws.split('.')
  return `${header}.${encode(payload)}.${signature}`
}

/** One bit of the signature turned. */
export function breakSignature(jws: string): string {
  const [header, payload, signature = ''] = jws.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[10] = (bytes[10] ?? 0) ^ 1
  return `${header}.${payload}.${bytes.toString('base64url')}`
}

/** Header and payload of a compact JWS; empty where it is none. */
export function readParts(jws: string): JwsParts {
  const [header = '', payload = ''] = jws.split('.')
  return { header: decode(header), payload: decode(payload) }
}

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('base64url')

const encode = (part: Claims): string => Buffer.from(JSON.stringify(part)).toString('base64url')

function decode(part: string): Claims {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}
