import { ristretto255_oprf } from '@noble/curves/ed25519.js'

const { voprf } = ristretto255_oprf

/** Bytes of a group element and of a scalar of ristretto255. */
export const ELEMENT_BYTES = 32

/** A key of the evaluator: VOPRF(ristretto255, SHA-512), RFC 9497 §4.1. */
export interface OprfKey {
  readonly secretKey: Uint8Array
  readonly publicKey: Uint8Array
}

/** An input made unrecognisable. `blind` never leaves whoever blinded it. */
export interface Blinded {
  readonly input: Uint8Array
  readonly blind: Uint8Array
  /** What the evaluator is sent. Says nothing of the input: it is uniformly distributed over the group. */
  readonly element: Uint8Array
}

/** What the evaluator answers to a batch: one proof for all of it. */
export interface Evaluation {
  readonly elements: readonly Uint8Array[]
  readonly proof: Uint8Array
}

export function generateOprfKey(): OprfKey {
  return voprf.generateKeyPair()
}

export function blind(input: Uint8Array): Blinded {
  const { blind: scalar, blinded } = voprf.blind(input)
  return { input, blind: scalar, element: blinded }
}

/**
 * Evaluates blinded elements, and proves that it was with the key of `publicKey`.
 * @throws where an element is no element of the group, or its identity
 */
export function evaluate(
  { secretKey, publicKey }: OprfKey,
  elements: readonly Uint8Array[],
): Evaluation {
  const { evaluated, proof } = voprf.blindEvaluateBatch(secretKey, publicKey, [...elements])
  return { elements: evaluated, proof }
}

/**
 * The outputs (64 bytes each), once the proof holds for the whole batch: an evaluator with another key for one caller, by
 * which it would know the caller's outputs again, is found out (RFC 9497 §2.1, verifiability).
 * @throws where the proof does not hold
 */
export function finalize(
  blinded: readonly Blinded[],
  { elements, proof }: Evaluation,
  publicKey: Uint8Array,
): readonly Uint8Array[] {
  if (elements.length !== blinded.length) throw new Error('another number of elements')
  const items = blinded.map(({ input, blind: scalar, element }, index) => ({
    input,
    blind: scalar,
    blinded: element,
    evaluated: elements[index] ?? new Uint8Array(),
  }))
  return voprf.finalizeBatch(items, publicKey, proof)
}
