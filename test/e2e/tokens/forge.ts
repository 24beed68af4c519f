import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

// What somebody can make of a genuine token who has everything but the issuer's key.

type Part = Readonly<Record<string, unknown>>

/** The last bit of the signature turned. */
export function breakSignature(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[10] = (bytes[10] ?? 0) ^ 1
  return `${header}.${payload}.${bytes.toString('base64url')}`
}

/** Other claims under the genuine signature. */
export function changeClaims(token: string, change: Part): string {
  const [header, payload = '', signature] = token.split('.')
  return `${header}.${encode({ ...decode(payload), ...change })}.${signature}`
}

/** `alg: none`, with no signature. */
export function unsign(token: string): string {
  return `${signingInput(token, { alg: 'none' })}.`
}

/** HS256 with the text of the issuer's public key as the secret: what a verifier does that believes `alg`. */
export function signByPublicKey(token: string, publicKey: object): string {
  const input = signingInput(token, { alg: 'HS256' })
  const signature = createHmac('sha256', JSON.stringify(publicKey)).update(input)
  return `${input}.${signature.digest('base64url')}`
}

/** The same claims, signed with a key of the forger's own. */
export function signAnew(token: string, header: (publicJwk: object) => Part = () => ({})): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const input = signingInput(token, header(publicKey.export({ format: 'jwk' })))
  return `${input}.${signature(input, privateKey)}`
}

function signature(input: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  )
}

function signingInput(token: string, change: Part): string {
  const [header = '', payload] = token.split('.')
  return `${encode({ ...decode(header), ...change })}.${payload}`
}

const decode = (part: string): Part => JSON.parse(Buffer.from(part, 'base64url').toString()) as Part
const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url')
