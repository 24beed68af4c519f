/** The connection to a source gave no answer: none could be made, or it broke. */
export class SourceFault extends Error {
  /** `INTERRUPTED`: an answer had begun. */
  readonly reason: 'CONNECTION_FAILED' | 'INTERRUPTED'
  /** True only where the connection cannot have carried a byte of the request: the source does not know of it. */
  readonly unsent: boolean

  constructor(
    reason: SourceFault['reason'],
    options: { readonly unsent?: boolean; readonly cause?: unknown } = {},
  ) {
    super(reason, { cause: options.cause })
    this.name = 'SourceFault'
    this.reason = reason
    this.unsent = options.unsent ?? false
  }
}

/** The answer of a source is not in a form that can be read safely. */
export class UnreadableAnswer extends Error {
  readonly reason: 'RESPONSE_TOO_LARGE' | 'RESPONSE_MALFORMED'
  constructor(reason: UnreadableAnswer['reason'], options?: ErrorOptions) {
    super(reason, options)
    this.name = 'UnreadableAnswer'
    this.reason = reason
  }
}
