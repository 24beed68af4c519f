import { expect } from '@jest/globals'
import { TrustError } from '@kilde/trust'

/** Waits until the issuer refuses a token, and answers its OAuth error code. */
export async function refusedWith(outcome: Promise<unknown>): Promise<string | undefined> {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TrustError)) throw new Error(`expected a refusal, got ${String(error)}`)
  expect(error.publicText).toBe('The identity provider refused to issue a token.')
  return error.oauthError
}
