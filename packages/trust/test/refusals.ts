import { expect } from '@jest/globals'
import { type TrustCode, TrustError, trustErrors } from '../src/index.js'

/** Waits for a refusal and checks its code, its public text and its HTTP status against the error table. */
export async function refusal(outcome: Promise<unknown>, code: TrustCode): Promise<TrustError> {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TrustError)) throw new Error(`expected ${code}, got ${String(error)}`)
  expect({ code: error.code, text: error.publicText, status: error.status }).toEqual({
    code,
    text: trustErrors[code].text,
    status: trustErrors[code].status,
  })
  // No refusal quotes a person's number, neither to the caller nor to the log.
  expect(`${error.message} ${error.publicText} ${error.wwwAuthenticate}`).not.toMatch(/\d{11}/)
  return error
}
