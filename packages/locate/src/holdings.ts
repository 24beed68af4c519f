import { createHash, randomBytes } from 'node:crypto'
import { openJson, readSigned, signJson } from '@kilde/feed'
import type { PrivateJwk, PublicJwk } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { capacityFor, MOST_PATIENTS, makeBits, mayHold, sizeOf } from './bloom.js'
import { holdingsFaults } from './errors.js'
import { type Epoch, EpochId } from './protocol.js'
import { tokenFor } from './token.js'
import { digestOfFilter } from './word.js'

const TYPE = 'kilde-holdings+jwt'
const organizationNumber = z.string().regex(/^\d{9}$/)
/** Largest signed filter (characters): {@link MOST_PATIENTS} at the least rate, in base64url twice. */
export const MOST_HOLDINGS_BYTES = 14_000_000

const Statement = z
  .object({
    organization: organizationNumber,
    /** Closed organisations whose patients are in it too. */
    covers: z.array(organizationNumber).max(100).readonly(),
    dataClass: z.string().regex(/^[A-Z][A-Za-z]{0,63}$/),
    epoch: EpochId,
    /** {@link keyDigestOf} the key that its tokens were made with: a second key under the same name is found out. */
    key: z.string().length(43),
    salt: z.base64url().length(22),
    /** Whoever is not in it was not held at this instant. */
    asOf: z.iso.datetime(),
    capacity: z
      .number()
      .int()
      .min(64)
      .max(MOST_PATIENTS)
      .refine((count) => Number.isInteger(Math.log2(count)), 'is no power of two'),
    falsePositiveRate: z.number().min(0.001).max(0.1),
    bits: z.base64url().max(11_000_000),
  })
  .readonly()

/** Who may be held, of one class at one organisation, as whoever holds it may know it: see docs/locate.md. */
export interface Holdings
  extends Omit<z.infer<typeof Statement>, 'bits' | 'asOf' | 'falsePositiveRate'> {
  readonly asOfMs: number
  readonly hashes: number
  readonly bits: Buffer
  /** By which its organisation says that it holds still. */
  readonly digest: string
}

export interface HoldingsContent {
  readonly organization: string
  readonly covers: readonly string[]
  readonly dataClass: string
  readonly epoch: Epoch
  readonly asOfMs: number
  readonly falsePositiveRate: number
  /** OPRF outputs of those who are held. */
  readonly outputs: readonly Uint8Array[]
}

/**
 * Builds a filter and signs it. It is filled up with random tokens to a power of two: neither its size nor its bits tell how many
 * are in it, only between which powers of two.
 */
export function signHoldings(content: HoldingsContent, key: PrivateJwk): Promise<string> {
  const { organization, covers, dataClass, epoch, outputs, falsePositiveRate } = content
  const capacity = capacityFor(outputs.length)
  const salt = randomBytes(16).toString('base64url')
  const place = { organization, dataClass, salt }
  const tokens = outputs.map((output) => tokenFor(output, place))
  while (tokens.length < capacity) tokens.push(randomBytes(16))
  const bits = makeBits(tokens, { capacity, falsePositiveRate }).toString('base64url')
  const statement = {
    ...{ organization, covers, dataClass, epoch: epoch.id, key: keyDigestOf(epoch) },
    ...{ salt, asOf: new Date(content.asOfMs).toISOString(), capacity, falsePositiveRate, bits },
  }
  return signJson(statement, TYPE, key)
}

/**
 * Reads a filter: signed by a key of the organisation, about that organisation and class, of the size that it says.
 * @throws LocateError `HOLDINGS_UNTRUSTED`
 */
export async function openHoldings(
  jws: string,
  keys: readonly PublicJwk[],
  wanted: { readonly organization: string; readonly dataClass: string },
): Promise<Holdings> {
  const set = { keys: keys.map((key) => ({ ...key, alg: 'ES256' })) } as JSONWebKeySet
  const payload = await openJson(jws, TYPE, set, holdingsFaults)
  const {
    bits: text,
    asOf,
    falsePositiveRate,
    ...read
  } = readSigned(Statement, payload, holdingsFaults)
  const { bytes, hashes } = sizeOf({ capacity: read.capacity, falsePositiveRate })
  const bits = Buffer.from(text, 'base64url')
  if (read.organization !== wanted.organization || read.dataClass !== wanted.dataClass)
    throw holdingsFaults.untrusted({ detail: 'it is about something else' })
  if (bits.length !== bytes) throw holdingsFaults.untrusted({ detail: 'it has another size' })
  return { ...read, asOfMs: Date.parse(asOf), hashes, bits, digest: digestOfFilter(jws) }
}

/** False: not held when the filter was made. True: may be held. */
export function maySee(holdings: Holdings, output: Uint8Array): boolean {
  return mayHold(holdings.bits, holdings.hashes, tokenFor(output, holdings))
}

/** Tells keys apart: base64url SHA-256 of the public key. */
export const keyDigestOf = ({ publicKey }: Pick<Epoch, 'publicKey'>): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')
