import { createHmac } from 'node:crypto'

/** What every input of the OPRF begins with: outputs are of no use for anything else that this key may ever be used for. */
const PURPOSE = 'kilde-locate 1|'

/** The OPRF's input for a person's number. @param token `system|value`, see `identifierToken` of the contract */
export const inputFor = (token: string): Uint8Array => Buffer.from(PURPOSE + token)

/** Which filter a token is for. */
export interface TokenPlace {
  /** Organisation number of whoever publishes the filter. */
  readonly organization: string
  readonly dataClass: string
  /** Of this filter alone, new each time it is built (base64url). */
  readonly salt: string
}

/**
 * A person's token in one filter: HKDF-Expand (RFC 5869 §2.3, one block) of the OPRF's output, so that two filters never hold
 * the same token of a person, and two versions of one filter neither.
 */
export function tokenFor(
  output: Uint8Array,
  { organization, dataClass, salt }: TokenPlace,
): Buffer {
  return createHmac('sha256', output)
    .update(`kilde-holdings|${organization}|${dataClass}|${salt}\u0001`)
    .digest()
}
