import type { KeyObject } from 'node:crypto'
import type { ProofMaker } from './hand-made.js'

/** One check of RFC 9449 §4.3, and proofs that fail it and nothing else. */
export interface Check {
  /** Its place in the list of §4.3. */
  readonly number: number
  readonly rule: string
  /** Codes of ours that such a proof may be refused with. */
  readonly codes: readonly string[]
  readonly mutations: Readonly<Record<string, Forge>>
}

/** Makes the value of the header `DPoP`; a list makes a header of each. */
export type Forge = (maker: ProofMaker, others: Others) => string | string[]

/** What a forger may have besides. */
export interface Others {
  /** Keys that the token is not bound to. */
  readonly keys: Readonly<Record<'P-256' | 'P-384' | 'secp256k1' | 'rsa' | 'ed25519', KeyObject>>
  /** Nonce and address of another service. */
  readonly nonce: string
  readonly url: string
  readonly token: string
}

export const INVALID = 'DPOP_PROOF_INVALID'

/** Other bytes in place of the signature. */
export function withSignature(proof: string, change: (bytes: Buffer) => Uint8Array): string {
  const at = proof.lastIndexOf('.') + 1
  const changed = change(Buffer.from(proof.slice(at), 'base64url'))
  return proof.slice(0, at) + Buffer.from(changed).toString('base64url')
}

/** One part of the compact form replaced, behind the signature's back. */
export function withPart(proof: string, place: 0 | 1 | 2, part: string): string {
  return proof
    .split('.')
    .map((own, at) => (at === place ? part : own))
    .join('.')
}

/** A mutation for each value of a claim. */
export function claimed(
  name: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Forge>> {
  return each(values, (value) => (maker) => maker.proof({ payload: { [name]: value } }))
}

/** A mutation for each value of a member of the header. */
export function headed(
  name: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Forge>> {
  return each(values, (value) => (maker) => maker.proof({ header: { [name]: value } }))
}

function each(
  values: Readonly<Record<string, unknown>>,
  forge: (value: unknown) => Forge,
): Readonly<Record<string, Forge>> {
  return Object.fromEntries(Object.entries(values).map(([what, value]) => [what, forge(value)]))
}
