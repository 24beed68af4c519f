import { createHash } from 'node:crypto'
import { openJson, readSigned, signJson } from '@kilde/feed'
import type { PrivateJwk } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { registryFaults } from './registry-caller.js'
import { CatalogueState } from './state.js'

const STATE_TYPE = 'kilde-catalogue+jwt'
const CONFIRMATION_TYPE = 'kilde-catalogue-confirmation+jwt'

/** The registry's word that a state is still the present one: small, so that it can be repeated every few seconds. */
const Confirmation = z
  .object({
    version: z.number().int().min(0),
    /** {@link digestOf} the state that is confirmed. */
    digest: z.string().length(43),
    issuedAt: z.iso.datetime(),
  })
  .readonly()
export type Confirmation = z.infer<typeof Confirmation>

/** A state whose signature has been checked, with the digest of what was signed. */
export interface SignedState {
  readonly state: CatalogueState
  readonly digest: string
}

/** Signs a state as compact JWS (ES256). `key` is a private JWK on P-256; its `kid` goes into the header. */
export function signState(state: CatalogueState, key: PrivateJwk): Promise<string> {
  return signJson(state, STATE_TYPE, key)
}

export function signConfirmation(confirmation: Confirmation, key: PrivateJwk): Promise<string> {
  return signJson(confirmation, CONFIRMATION_TYPE, key)
}

/**
 * Checks signature (ES256, a key of `keys`), type and form. NOT checked: age and version; a follower does that.
 * @throws CatalogueError `CATALOGUE_UNTRUSTED`
 */
export async function verifyState(jws: string, keys: JSONWebKeySet): Promise<CatalogueState> {
  return (await openState(jws, keys)).state
}

/** As {@link verifyState}, with the digest that confirmations name. */
export async function openState(jws: string, keys: JSONWebKeySet): Promise<SignedState> {
  const payload = await openJson(jws, STATE_TYPE, keys, registryFaults)
  // The digest is over what was signed, not over what this version of the software understands of it.
  return { state: readSigned(CatalogueState, payload, registryFaults), digest: digestOf(payload) }
}

/** Checks signature, type and form of a confirmation. Throws as {@link verifyState}. */
export async function openConfirmation(jws: string, keys: JSONWebKeySet): Promise<Confirmation> {
  const payload = await openJson(jws, CONFIRMATION_TYPE, keys, registryFaults)
  return readSigned(Confirmation, payload, registryFaults)
}

/** Tells states apart: base64url SHA-256 of the JSON with sorted keys, without `issuedAt`, which every signing changes. */
export function digestOf(state: object): string {
  // Sorted, because a registry that was restarted or renewed may write the same content in another order.
  const text = JSON.stringify({ ...state, issuedAt: undefined }, sortKeys)
  return createHash('sha256').update(text).digest('base64url')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The key set that followers of a registry with this private key pin. */
export function publicKeysOf({ kty, crv, x, y, kid }: PrivateJwk): JSONWebKeySet {
  const named = kid === undefined ? {} : { kid }
  return { keys: [{ kty, crv, x, y, ...named, alg: 'ES256', use: 'sig' }] }
}
