import { createHmac, hkdfSync } from 'node:crypto'

/** What the keys of one organisation's store are made of. */
export interface StoreKeyOptions {
  /** Organisation number. */
  readonly organization: string
  /** 32 bytes. Without it rows lie as they are: for trials with made-up people alone. */
  readonly key?: Uint8Array | undefined
  /** Keys that were in use before (32 bytes each): what they sealed stays readable until it is sealed anew. */
  readonly previousKeys?: readonly Uint8Array[] | undefined
}

export interface StoreKeys {
  readonly organization: string
  /** Seals from now on. */
  readonly current: StoreKey
  /** The current one first. */
  readonly all: readonly StoreKey[]
}

export interface StoreKey {
  /** 6 bytes that tell keys apart and say nothing of the key. Empty: rows that are not sealed. */
  readonly id: Buffer
  readonly content: Buffer
  readonly lookup: Buffer
}

/** @throws RangeError for a key of another length */
export function deriveStoreKeys(options: StoreKeyOptions): StoreKeys {
  const { organization, key, previousKeys = [] } = options
  const given = [...(key ? [key] : []), ...previousKeys]
  if (given.some(({ length }) => length !== 32)) {
    throw new RangeError('The key of the store must be 32 bytes long.')
  }
  const before = previousKeys.map((one) => keyFrom(one, organization))
  const current = key ? keyFrom(key, organization) : UNSEALED
  return { organization, current, all: [current, ...before] }
}

/** Rows as an earlier version wrote them, or a node without a key. */
export const UNSEALED: StoreKey = {
  id: Buffer.alloc(0),
  content: Buffer.alloc(0),
  lookup: Buffer.alloc(0),
}

export const isUnsealed = ({ id }: StoreKey): boolean => id.length === 0

/** Name of a key in the store's own list of the keys that rows may be sealed with. */
export const nameOf = ({ id }: StoreKey): string => id.toString('base64url')

/** One key for each organisation and use: what opens one organisation's store opens no other's. */
function keyFrom(key: Uint8Array, organization: string): StoreKey {
  const derive = (use: string, bytes: number): Buffer => derived(key, organization, use, bytes)
  return { id: derive('id', 6), content: derive('content', 32), lookup: derive('lookup', 32) }
}

/** HKDF (RFC 5869) with organisation and use in its `info`. */
const derived = (key: Uint8Array, organization: string, use: string, bytes = 32): Buffer =>
  Buffer.from(
    hkdfSync('sha256', key, new Uint8Array(0), `kilde-store/v1/${organization}/${use}`, bytes),
  )

/** What a text is looked up by: nothing can be read from it without the key, and nobody can try out numbers. */
export function lookupOf(key: StoreKey, use: 'patient' | 'key', text: string): string {
  if (isUnsealed(key)) return text
  return createHmac('sha256', key.lookup).update(`${use} ${text}`).digest('base64url')
}
