import { createECDH, createHmac, hkdfSync } from 'node:crypto'
import { isSameText } from '@kilde/service'
import { type PrivateJwk, type PublicJwk, publicPart, thumbprint } from '@kilde/trust'

/** What the keys of one log are made of. */
export interface KeyOptions {
  /** Organisation number of whom the log belongs to, or a word for those who belong to none, e.g. `citizens`. */
  readonly owner: string
  /** 32 bytes. The owner's own keys are derived from it, so one may serve many owners. */
  readonly key: Uint8Array
  /** Keys that were in use before (32 bytes each): what they sealed stays readable. */
  readonly previousKeys?: readonly Uint8Array[]
  /** Signs tree heads (ES256). Default: derived from `key`, so that it is the owner's alone. */
  readonly signingKey?: PrivateJwk
  /** Public parts of signing keys that were in use before. Those derived from `previousKeys` are known. */
  readonly previousSigningKeys?: readonly PublicJwk[]
}

/** Keys of a folder in which many have a log. */
export interface OwnerKeys {
  /** 32 bytes; each owner's own keys are derived from it. */
  readonly key: Uint8Array
  /** Such keys that were in use before. */
  readonly previousKeys?: readonly Uint8Array[]
  /** Keys that organisations have given for their own logs, by number: these are not derived from `key`. */
  readonly organizationKeys?: Readonly<Record<string, Uint8Array>>
}

/**
 * An organisation may give its own key when its log has already begun: what the derived one sealed stays readable, and is
 * nobody else's.
 */
export function keysOfOwner(
  owner: string,
  { key, previousKeys = [], organizationKeys }: OwnerKeys,
): Required<Pick<KeyOptions, 'key' | 'previousKeys'>> {
  const own = organizationKeys?.[owner]
  return own ? { key: own, previousKeys: [key, ...previousKeys] } : { key, previousKeys }
}

export interface LogKeys {
  readonly owner: string
  /** Seals and signs from now on. */
  readonly current: KeySet
  /** The current one first. */
  readonly all: readonly KeySet[]
  readonly signing: PrivateJwk
  /** Keys that tree heads of this log may be signed with. */
  readonly published: readonly PublicJwk[]
}

export interface KeySet {
  /** Tells keys apart in the log and says nothing of the key. */
  readonly id: string
  readonly record: Buffer
  readonly head: Buffer
  readonly digest: Buffer
}

/** One key per owner and use: what one organisation's key opens, another's does not. */
export function deriveKeys(options: KeyOptions): LogKeys {
  const { owner, key, previousKeys = [], previousSigningKeys = [] } = options
  const given = [key, ...previousKeys]
  if (given.some(({ length }) => length !== 32)) {
    throw new RangeError('The audit key must be 32 bytes long.')
  }
  const current = keySet(key, owner)
  const signing = withThumbprint(options.signingKey ?? signingKeyFrom(key, owner))
  const before = previousKeys.map((one) => withThumbprint(signingKeyFrom(one, owner)))
  const published = [signing, ...before, ...previousSigningKeys.map(withThumbprint)].map(publicPart)
  const all = [current, ...previousKeys.map((one) => keySet(one, owner))]
  return { owner, current, all, signing, published }
}

/** The names of uses are those of format 1, whose logs open with the same keys. */
function keySet(key: Uint8Array, owner: string): KeySet {
  const derive = (use: string, bytes = 32): Buffer => derived(key, owner, use, bytes)
  return {
    id: derive('id', 6).toString('base64url'),
    record: derive('record'),
    head: derive('head'),
    digest: derive('digest'),
  }
}

const derived = (key: Uint8Array, owner: string, use: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), `kilde-audit/v1/${owner}/${use}`, bytes))

/** Order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** A P-256 key from a secret: FIPS 186-5 A.2.1, with more bits than the order so that none is likelier than another. */
function signingKeyFrom(key: Uint8Array, owner: string): PrivateJwk {
  const bits = BigInt(`0x${derived(key, owner, 'signing', 48).toString('hex')}`)
  const scalar = ((bits % (ORDER - 1n)) + 1n).toString(16).padStart(64, '0')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar, 'hex')
  const point = curve.getPublicKey()
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
    d: Buffer.from(scalar, 'hex').toString('base64url'),
  }
}

const withThumbprint = <K extends PublicJwk>(jwk: K): K => ({ ...jwk, kid: thumbprint(jwk) })

/** What only a holder of the log's key can write. */
export function sign({ current }: LogKeys, text: string): string {
  return mac(current, text)
}

export function isSigned({ all }: LogKeys, text: string, signature: string): boolean {
  return all.some((set) => isSameText(signature, mac(set, text)))
}

const mac = (set: KeySet, text: string): string =>
  createHmac('sha256', set.head).update(text).digest('base64url')
