import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { z } from 'zod'

/** Where the chain stands: number of the last record (0 before the first) and digest of its line. */
export interface Tip {
  readonly sequence: number
  readonly hash: string
}

export const START: Tip = { sequence: 0, hash: digest(Buffer.from('kilde-audit/v1')) }

export interface LogKeys {
  readonly owner: string
  readonly record: Buffer
  readonly head: Buffer
  readonly digest: Buffer
}

/** One key per owner and use: what one organisation's key opens, another's does not. */
export function deriveKeys(key: Uint8Array, owner: string): LogKeys {
  if (key.length !== 32) throw new RangeError('The audit key must be 32 bytes long.')
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), `kilde-audit/v1/${owner}/${use}`, 32))
  return { owner, record: derive('record'), head: derive('head'), digest: derive('digest') }
}

const shape = z.strictObject({ s: z.int().positive(), p: z.string(), c: z.string() })

/**
 * Makes the line that follows `tip`, without its line feed. The nonce is random, never the sequence number: a number is
 * used again when an unfinished write was cut away, and a nonce used twice would open AES-GCM.
 */
export function sealLine(
  keys: LogKeys,
  tip: Tip,
  text: string,
): { readonly line: Buffer; readonly tip: Tip } {
  const sequence = tip.sequence + 1
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.record, nonce)
  cipher.setAAD(boundTo(keys.owner, sequence, tip.hash))
  const sealed = Buffer.concat([
    nonce,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  const line = Buffer.from(
    JSON.stringify({ s: sequence, p: tip.hash, c: sealed.toString('base64url') }),
  )
  return { line, tip: { sequence, hash: digest(line) } }
}

/** The tip after this line, or undefined where it does not follow `tip`. Needs no key. */
export function follows(tip: Tip, line: Buffer): Tip | undefined {
  const read = parse(line)
  if (read?.s !== tip.sequence + 1 || read.p !== tip.hash) return undefined
  return { sequence: read.s, hash: digest(line) }
}

/** What the line says, or undefined where key, owner or place in the chain is not the one it was sealed for. */
export function openLine(keys: LogKeys, tip: Tip, line: Buffer): string | undefined {
  const read = parse(line)
  if (!read) return undefined
  const sealed = Buffer.from(read.c, 'base64url')
  if (sealed.length < 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keys.record, sealed.subarray(0, 12))
  decipher.setAAD(boundTo(keys.owner, tip.sequence + 1, tip.hash))
  decipher.setAuthTag(sealed.subarray(-16))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString(
      'utf8',
    )
  } catch {
    return undefined
  }
}

export function sign(keys: LogKeys, text: string): string {
  return createHmac('sha256', keys.head).update(text).digest('base64url')
}

export function isSigned(keys: LogKeys, text: string, signature: string): boolean {
  const expected = Buffer.from(sign(keys, text))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function parse(line: Buffer): z.infer<typeof shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(line.toString('utf8'))).data
  } catch {
    return undefined
  }
}

function boundTo(owner: string, sequence: number, previous: string): Buffer {
  return Buffer.from(`kilde-audit/v1|${owner}|${sequence}|${previous}`)
}

function digest(line: Buffer): string {
  return createHash('sha256').update(line).digest('base64url')
}
