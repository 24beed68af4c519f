import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

/** Every way in which a request's signed context is refused (docs/node-protocol.md, Signed context). */
export const contextErrors = {
  CONTEXT_MISSING: {
    status: 403,
    text: 'The request does not say on whose behalf, about whom and what for it asks.',
    when: 'A token that was exchanged comes without `requester`, `patient`, `purpose` and `operation` in `extensions.kilde`.',
  },
  CONTEXT_MISMATCH: {
    status: 403,
    text: 'The signed context is not that of the token or of the question.',
    when: 'Requester, patient, purpose, decision reference or operation in `extensions.kilde` are others than those of the token and of the body. Nothing is answered: two requests have been mixed up, or forged.',
  },
  REQUEST_SIGNATURE_REQUIRED: {
    status: 403,
    text: 'This organisation answers only requests that the requester has signed.',
    when: 'The organisation requires grade REQUESTER, and the request comes without signature, signed body or the requester’s access token. Front-ends sign as docs/signed-requests.md shows.',
  },
  REQUEST_SIGNATURE_MALFORMED: {
    status: 400,
    text: 'The requester’s signature is not one compact JWS of type kilde-request+jwt.',
    when: 'The header `Kilde-Signature` or what was passed on of it has another form, is too long, or lacks a claim.',
  },
  REQUEST_SIGNATURE_INVALID: {
    status: 403,
    text: 'The requester’s signature does not belong to this request.',
    when: 'Another key than that of the requester’s access token, a wrong signature, another token (`ath`) or another body (`body_sha256`).',
  },
  REQUEST_SIGNATURE_EXPIRED: {
    status: 403,
    text: 'The requester’s signature is too old, or from the future. Sign again.',
    when: '`iat` is more than 60 seconds old, or ahead of this service’s clock; or from before the service was started, where what was used is in its memory alone.',
  },
  REQUEST_SIGNATURE_REPLAYED: {
    status: 403,
    text: 'The requester’s signature was used before. Sign each request anew.',
    when: 'This `jti` was used at this organisation before, or what it allows has been used up.',
  },
  REQUESTER_EVIDENCE_INVALID: {
    status: 403,
    text: 'The requester’s own access token is no evidence of the key that signed.',
    when: 'The token that was passed on is not genuine, not in force, not for the gateway, not bound to a key, or somebody else’s than the token of the request; or it states another purpose, decision or organisation.',
  },
  BEYOND_SIGNATURE: {
    status: 403,
    text: 'More is asked for than the requester has signed.',
    when: 'Patient, organisation, field, argument, period or number of rows are not within the operation that the requester signed.',
  },
} as const satisfies ErrorTable

export type ContextCode = keyof typeof contextErrors

/** A request whose context does not hold: nothing of a patient is answered to it. */
export class ContextError extends KildeError<ContextCode> {
  constructor(code: ContextCode, options?: ErrorOptions) {
    super(contextErrors, code, options)
  }
}
