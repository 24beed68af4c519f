/** What the outside learns of one error code, and when it happens. The error table in docs/errors.md is made of these. */
export interface ErrorEntry {
  /** HTTP status that `respond` gives this code. */
  readonly status: number
  /** Fixed public text. Never holds anything of a request, a source or a person. */
  readonly text: string
  /** One sentence for docs/errors.md: when a caller meets it and what to do. */
  readonly when: string
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>

export interface ErrorOptions {
  /** Private: for logs only, never sent to a client. No identity numbers here either. */
  readonly detail?: string
  readonly cause?: unknown
  /** Public text that replaces the table's text where the fault is the caller's own input (says what and where). */
  readonly text?: string
}

/**
 * Base of every error that Kilde throws on purpose. Only these reach a client, as `code` and `publicText`;
 * anything else becomes `INTERNAL`. Match on `code`, not on the class, across packages.
 */
export class KildeError<Code extends string = string> extends Error {
  readonly code: Code
  readonly publicText: string
  readonly status: number
  readonly detail: string | undefined

  constructor(table: ErrorTable, code: Code, options: ErrorOptions = {}) {
    const entry = table[code]
    const publicText = options.text ?? entry?.text ?? 'The request failed.'
    super(options.detail ? `${publicText} (${options.detail})` : publicText, {
      cause: options.cause,
    })
    this.name = new.target.name
    this.code = code
    this.publicText = publicText
    this.status = entry?.status ?? 500
    this.detail = options.detail
  }
}

export const serviceErrors = {
  INTERNAL: {
    status: 500,
    text: 'The request failed. Ask again later; tell the operator the request id.',
    when: 'Anything unexpected. The log holds the cause under the request id.',
  },
  NOT_FOUND: { status: 404, text: 'There is nothing here.', when: 'The path does not exist.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    text: 'This address takes POST only.',
    when: 'A GraphQL operation was sent as GET: patients never stand in a URL.',
  },
  HTTP_MALFORMED: {
    status: 400,
    text: 'This is no request of HTTP/1.1, or it came too slowly.',
    when: 'The request line, a header or the framing of the body is malformed, contradictory or too long, or the request took longer than the time for receiving it. The connection is closed.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    text: 'The request body is too large.',
    when: 'The body exceeds the limit of the address.',
  },
  BODY_NOT_JSON: {
    status: 400,
    text: 'The request body is not JSON.',
    when: 'The body cannot be parsed, or the content type is not JSON.',
  },
  STOPPING: {
    status: 503,
    text: 'The service is stopping. Ask another replica.',
    when: 'A request arrived while the service drains.',
  },
  OPERATOR_UNKNOWN: {
    status: 401,
    text: 'This page is for operators.',
    when: '/health/parts was asked without the token that KILDE_HEALTH_TOKEN names.',
  },
  INVALID_CONFIGURATION: {
    status: 500,
    text: 'The configuration is not usable.',
    when: 'At start: the message names every setting that is missing, malformed, unsafe or contradictory.',
  },
} as const satisfies ErrorTable

export class ServiceError extends KildeError<keyof typeof serviceErrors> {
  constructor(code: keyof typeof serviceErrors, options?: ErrorOptions) {
    super(serviceErrors, code, options)
  }
}
