import { createHash } from 'node:crypto'

/** A compact JWS taken apart. Nothing of it has been verified. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Takes a compact JWS with a JSON payload apart, or answers undefined. Stricter than RFC 7515 in one point: base64url must
 * be canonical, so that no second spelling of a token passes.
 */
export function parseJws(text: string, maxLength: number): Jws | undefined {
  if (text.length > maxLength) return undefined
  const parts = text.split('.')
  const [header, payload, signature] = parts.map(decode)
  if (parts.length !== 3 || !header || !payload || !signature) return undefined
  const headerObject = parseObject(header)
  const payloadObject = parseObject(payload)
  if (!headerObject || !payloadObject) return undefined
  const signed = Buffer.from(text.slice(0, text.lastIndexOf('.')), 'latin1')
  return { header: headerObject, payload: payloadObject, signed, signature }
}

function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** base64url SHA-256: the form of `ath`, `jkt` and `body_sha256`. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url')
}
