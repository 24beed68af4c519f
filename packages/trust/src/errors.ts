import { type ErrorOptions, KildeError } from '@kilde/service'
import type { KnownCaller } from './caller.js'
import { type ChallengeParameters, challengeFor } from './challenge.js'
import { trustErrors } from './error-table.js'

export type TrustCode = keyof typeof trustErrors

export interface TrustErrorOptions extends ErrorOptions {
  readonly caller?: KnownCaller
  readonly challenge?: ChallengeParameters
  /** Error code of OAuth that an issuer answered, e.g. `invalid_authorization_details`. */
  readonly oauthError?: string
}

/** A caller or token that was refused, or a token that could not be had. */
export class TrustError extends KildeError<TrustCode> {
  /** Set where the token itself was valid and a later rule refused. */
  readonly caller: KnownCaller | undefined
  /** Value of the `WWW-Authenticate` header of the refusal; absent where the caller is not at fault. */
  readonly wwwAuthenticate: string | undefined
  readonly oauthError: string | undefined
  readonly #options: TrustErrorOptions

  constructor(code: TrustCode, options: TrustErrorOptions = {}) {
    super(trustErrors, code, options)
    this.caller = options.caller
    this.wwwAuthenticate = challengeFor(code, options.challenge)
    this.oauthError = options.oauthError
    this.#options = options
  }

  /** The same refusal, now saying whom it met. */
  about(caller: KnownCaller | undefined, resourceMetadata?: string): TrustError {
    const where = resourceMetadata === undefined ? {} : { resource_metadata: resourceMetadata }
    return new TrustError(this.code, {
      ...this.#options,
      ...(caller && { caller }),
      challenge: { ...this.#options.challenge, ...where },
      cause: this.cause,
    })
  }
}
