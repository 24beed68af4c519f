import { createHash } from 'node:crypto'
import { openJson, readSigned, signJson } from '@kilde/feed'
import type { PrivateJwk, PublicJwk } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { holdingsFaults } from './errors.js'

const TYPE = 'kilde-holdings-word+jwt'
/** Event by which an organisation gives its word, on the stream of `holdingsStreamPath`. */
export const wordEvent = 'word'
/** Largest event (bytes). */
export const MOST_WORD_BYTES = 16_384

const Statement = z
  .object({
    organization: z.string().regex(/^\d{9}$/),
    /** At this instant nobody was held who is not in these filters. */
    asOf: z.iso.datetime(),
    filters: z
      .array(
        z
          .object({
            dataClass: z.string().regex(/^[A-Z][A-Za-z]{0,63}$/),
            /** {@link digestOfFilter} */
            digest: z.string().length(43),
          })
          .readonly(),
      )
      .max(50)
      .readonly(),
  })
  .readonly()

/**
 * An organisation's word on which of its filters hold still. A class that is not among them has to be asked for: somebody came in
 * whom no filter has yet.
 */
export interface Word {
  readonly organization: string
  readonly asOfMs: number
  /** Digest of the filter that holds, by class. */
  readonly filters: ReadonlyMap<string, string>
}

/** Tells filters apart: base64url SHA-256 of the signed filter. */
export const digestOfFilter = (jws: string): string =>
  createHash('sha256').update(jws).digest('base64url')

export function signWord(
  { organization, asOfMs, filters }: Word,
  key: PrivateJwk,
): Promise<string> {
  const named = [...filters].map(([dataClass, digest]) => ({ dataClass, digest }))
  const asOf = new Date(asOfMs).toISOString()
  return signJson({ organization, asOf, filters: named }, TYPE, key)
}

/** @throws LocateError `HOLDINGS_UNTRUSTED` where it is not signed by a key of the organisation, or is another's */
export async function openWord(
  jws: string,
  keys: readonly PublicJwk[],
  organization: string,
): Promise<Word> {
  const set = { keys: keys.map((key) => ({ ...key, alg: 'ES256' })) } as JSONWebKeySet
  const payload = await openJson(jws, TYPE, set, holdingsFaults)
  const read = readSigned(Statement, payload, holdingsFaults)
  if (read.organization !== organization)
    throw holdingsFaults.untrusted({ detail: 'it is about something else' })
  const filters = new Map(read.filters.map(({ dataClass, digest }) => [dataClass, digest]))
  return { organization, asOfMs: Date.parse(read.asOf), filters }
}
