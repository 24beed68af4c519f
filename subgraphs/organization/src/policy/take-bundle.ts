import { OrganizationError } from '../errors.js'
import { createPolicy, type Policy } from './engine.js'
import { type BundleKeys, openBundle, type SignedBundle } from './signed-bundle.js'

/** A bundle that a node may decide by. */
export interface TakenBundle {
  /** As it was distributed. */
  readonly jws: string
  readonly signed: SignedBundle
  readonly policy: Policy
}

export interface TakeOptions {
  readonly keys: BundleKeys
  /** Epoch milliseconds. */
  readonly nowMs: number
  /** What is held so far: nothing older takes its place. */
  readonly held?: TakenBundle | undefined
}

/**
 * Checks all that a node asks of a bundle before it decides by it: signature, form, time, that it is not older than what is held, and
 * that its rules fit their schema.
 * @throws OrganizationError `POLICY_BUNDLE_REFUSED`; its detail says what is wrong
 */
export async function takeBundle(
  jws: string,
  { keys, nowMs, held }: TakeOptions,
): Promise<TakenBundle> {
  const signed = await openBundle(jws, keys)
  const before = held?.signed
  if (nowMs >= Date.parse(signed.validUntil)) throw refused('past its time')
  if (before && signed.bundle.tables.version < before.bundle.tables.version)
    throw refused('older than what is held')
  const isOlder = before && Date.parse(signed.issuedAt) < Date.parse(before.issuedAt)
  if (isOlder) throw refused('signed before what is held')
  return { jws, signed, policy: readyPolicy(signed) }
}

/** A bundle whose rules do not parse fails in the words of the rule engine. */
function readyPolicy({ bundle }: Pick<SignedBundle, 'bundle'>): Policy {
  try {
    return createPolicy(bundle)
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : 'unknown', cause)
  }
}

const refused = (detail: string, cause?: unknown): OrganizationError =>
  new OrganizationError('POLICY_BUNDLE_REFUSED', { detail, cause })
