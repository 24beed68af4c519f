/** Why a whole answer cannot be used. Nothing of it is shown then. */
export class InvalidAnswer extends Error {
  readonly reason: 'RESPONSE_MALFORMED' | 'WRONG_PATIENT' | 'WRONG_ORDER' | 'WRONG_ORGANIZATION'
  constructor(reason: InvalidAnswer['reason']) {
    super(reason)
    this.name = 'InvalidAnswer'
    this.reason = reason
  }
}
