import { openJson, readSigned } from '@kilde/feed'
import type { ErrorOptions } from '@kilde/service'
import { z } from 'zod'
import { OrganizationError } from '../errors.js'
import { PolicyBundle } from './bundle.js'

/** A public key set (JWKS). */
export type BundleKeys = Parameters<typeof openJson>[2]

/** `typ` of the JWS that carries a bundle. */
export const BUNDLE_TYPE = 'kilde-policy+jws'

/** What is signed. */
export const SignedBundle = z
  .strictObject({
    issuedAt: z.iso.datetime(),
    /** Until when nodes may decide by it. Signed anew before that, changed or not: then silence is noticed. */
    validUntil: z.iso.datetime(),
    bundle: PolicyBundle,
  })
  .readonly()

export type SignedBundle = z.infer<typeof SignedBundle>

/** Signature, type and form. @throws OrganizationError `POLICY_BUNDLE_REFUSED`; its detail says what is wrong */
export async function openBundle(jws: string, keys: BundleKeys): Promise<SignedBundle> {
  return readSigned(SignedBundle, await openJson(jws.trim(), BUNDLE_TYPE, keys, FAULTS), FAULTS)
}

const FAULTS = {
  untrusted: (options?: ErrorOptions) => new OrganizationError('POLICY_BUNDLE_REFUSED', options),
}
