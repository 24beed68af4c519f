import * as oauth from 'oauth4webapi'
import { TrustError } from './errors.js'

/** Tells an issuer that refuses from one that cannot be reached. */
export function tokenFailure(cause: unknown): TrustError {
  if (cause instanceof TrustError) return cause
  const oauthError = oauthErrorOf(cause)
  if (oauthError !== undefined) {
    return new TrustError('TOKEN_REQUEST_FAILED', { cause, oauthError, detail: oauthError })
  }
  if (cause instanceof oauth.OperationProcessingError && statusOf(cause) < 500) {
    return new TrustError('TOKEN_REQUEST_FAILED', { cause, detail: cause.code ?? 'bad answer' })
  }
  return new TrustError('ISSUER_UNAVAILABLE', { cause })
}

/** Error code of OAuth that the issuer answered, in the body or in a WWW-Authenticate header. */
export function oauthErrorOf(error: unknown): string | undefined {
  if (error instanceof oauth.ResponseBodyError) return known(error.error)
  if (error instanceof oauth.AuthorizationResponseError) return known(error.error)
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return known(error.cause.find((it) => it.parameters.error)?.parameters.error)
  }
  return undefined
}

/** Codes go to logs: nothing but a code may pass. */
function known(code: string | undefined): string | undefined {
  return code !== undefined && /^[a-z_]{1,64}$/.test(code) ? code : 'unknown_error'
}

function statusOf(error: oauth.OperationProcessingError): number {
  return error.cause instanceof Response ? error.cause.status : 0
}
