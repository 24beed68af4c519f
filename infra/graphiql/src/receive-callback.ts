import { isSameText } from '@kilde/service'
import type { GraphiqlErrorCode } from './errors.js'
import { type Callback, readCallback } from './input.js'
import { refused } from './post-form.js'
import type { SignIn, SignIns } from './sign-ins.js'

/**
 * Keeps what the identity service's redirect says for the page to fetch, so that no code stays in the browser's history.
 * Answers a problem of the redirect itself, which belongs to no sign-in.
 */
export function receiveCallback(
  { signIns, issuer }: { readonly signIns: SignIns; readonly issuer: string },
  secret: string | undefined,
  query: unknown,
): GraphiqlErrorCode | undefined {
  const signIn = signIns.find(secret)
  if (secret === undefined || signIn === undefined || signIn.outcome !== undefined)
    return 'SIGN_IN_EXPIRED'
  const callback = readCallback(query)
  const isOurs = callback?.iss === issuer && isSameText(callback.state, signIn.state)
  if (!isOurs) return 'SIGN_IN_MISMATCH'
  signIns.update(secret, { ...signIn, outcome: outcomeOf(callback) })
  return undefined
}

function outcomeOf({ code, error, error_description }: Callback): NonNullable<SignIn['outcome']> {
  if (code !== undefined) return { code }
  return { problem: refused(error ?? 'no code', error_description).publicText }
}
