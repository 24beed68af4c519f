import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { isSigned, type LogKeys, sign } from './keys.js'
import {
  chained,
  type DeletedLine,
  digest,
  encodeLine,
  isDeleted,
  type Line,
  type Placed,
  type Tip,
} from './line.js'
import { hashLeaf } from './merkle/hash.js'

const NONCE = 12
const TAG = 16
const SALT = 16

/** A record sealed for its place. */
export interface Sealed {
  /** Without its line feed. */
  readonly bytes: Buffer
  readonly tip: Tip
  readonly leaf: Buffer
}

/**
 * Makes the line that follows `tip`. The nonce is random, never the sequence number: a number is used again when an
 * unfinished write was cut away, and a nonce used twice would open AES-GCM. So is the salt, without which the leaf's hash
 * would tell what a deleted record said to whoever can guess it.
 */
export function seal(keys: LogKeys, tip: Tip, text: string): Sealed {
  const entry = Buffer.concat([randomBytes(SALT), Buffer.from(text)])
  const next = chained(tip, hashLeaf(entry))
  const leaf = next.leaf.toString('base64url')
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', keys.current.record, nonce)
  cipher.setAAD(boundTo(2, keys.owner, tip, leaf))
  const sealed = Buffer.concat([nonce, cipher.update(entry), cipher.final(), cipher.getAuthTag()])
  const place = { s: tip.sequence + 1, p: tip.hash }
  const c = sealed.toString('base64url')
  return { bytes: encodeLine({ v: 2, ...place, k: keys.current.id, l: leaf, c }), ...next }
}

/** What a line held. */
export interface Opened {
  /** The record as JSON. */
  readonly text: string
  /** What its leaf is the hash of; format 1 hashed the sealed line instead. */
  readonly entry: Buffer | undefined
}

/** What the line says, or undefined where key, owner or place in the chain is not the one it was sealed for. */
export function openLine(keys: LogKeys, { line, before, leaf }: Placed): Opened | undefined {
  if (isDeleted(line)) return undefined
  if (!('l' in line)) return openFirst(keys, before, line.c)
  const set = keys.all.find(({ id }) => id === line.k)
  const entry = set && decipher(set.record, line.c, boundTo(2, keys.owner, before, line.l))
  if (!entry || !hashLeaf(entry).equals(leaf)) return undefined
  return { text: entry.toString('utf8', SALT), entry }
}

/** Format 1 does not name its key. */
function openFirst(keys: LogKeys, before: Tip, sealed: string): Opened | undefined {
  for (const { record } of keys.all) {
    const text = decipher(record, sealed, boundTo(1, keys.owner, before))
    if (text) return { text: text.toString('utf8'), entry: undefined }
  }
  return undefined
}

function decipher(key: Buffer, text: string, bound: Buffer): Buffer | undefined {
  const sealed = Buffer.from(text, 'base64url')
  // Decoding passes over what is not base64url, and over the last bits: such a change would be found by nothing else.
  if (sealed.length < NONCE + TAG || sealed.toString('base64url') !== text) return undefined
  const opening = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
  opening.setAAD(bound)
  opening.setAuthTag(sealed.subarray(-TAG))
  try {
    return Buffer.concat([opening.update(sealed.subarray(NONCE, -TAG)), opening.final()])
  } catch {
    return undefined
  }
}

function boundTo(format: 1 | 2, owner: string, { sequence, hash }: Tip, leaf?: string): Buffer {
  const parts = [`kilde-audit/v${format}`, owner, sequence + 1, hash]
  return Buffer.from([...parts, ...(leaf === undefined ? [] : [leaf])].join('|'))
}

/**
 * What is left of a line whose record is deleted: its place, the leaf's hash, and the instant with the keeper's signature.
 * Nobody without the log's key can make a record look as if its time had ended.
 */
export function deleteLine(keys: LogKeys, bytes: Buffer, { line }: Placed, at: string): Buffer {
  const rest =
    'l' in line
      ? { v: 2 as const, s: line.s, p: line.p, l: line.l, x: '' }
      : { v: 1 as const, s: line.s, p: line.p, h: digest(bytes), x: '' }
  return encodeLine({ ...rest, x: `${at} ${sign(keys, deletion(keys, rest, at))}` })
}

export function isRightlyDeleted(keys: LogKeys, line: Line): boolean {
  if (!isDeleted(line)) return false
  const [at = '', signature = '', ...more] = line.x.split(' ')
  return more.length === 0 && isSigned(keys, deletion(keys, line, at), signature)
}

const deletion = ({ owner }: LogKeys, line: DeletedLine, at: string): string =>
  `deleted|${owner}|${line.s}|${line.p}|${'l' in line ? line.l : line.h}|${at}`
