import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const gatewayErrors = {
  REQUEST_MALFORMED: {
    status: 400,
    text: 'The body is no GraphQL request: a JSON object with a text `query`.',
    when: 'The body is JSON, but not an object with `query` (text), `variables` (object) and `operationName` (text); or it names no operation, or none that is a query. Batches are refused.',
  },
  DOCUMENT_MALFORMED: {
    status: 400,
    text: 'The GraphQL document cannot be parsed.',
    when: 'A syntax error; the text says where.',
  },
  DOCUMENT_TOO_LARGE: {
    status: 400,
    text: 'The GraphQL document is too large, too deep or too costly.',
    when: 'More characters, tokens, levels, aliases, directives or fields than docs/limits.md allows. The text says what, and how many are.',
  },
  PLANNING_TOO_LONG: {
    status: 400,
    text: 'The operation is too complex to be planned. Ask for less at a time.',
    when: 'The operation was planned for 500 ms without an end: it asks several subgraphs in too many ways. Nobody was asked.',
  },
  QUESTION_TOO_COSTLY: {
    status: 400,
    text: 'The question asks for too many rows of too many organisations.',
    when: 'Rows asked for, times the organisations that are asked for them, are more than docs/limits.md allows. Ask for fewer rows, by pages, or choose `sources`.',
  },
  OPERATION_NOT_REGISTERED: {
    status: 400,
    text: 'This operation is not registered with the gateway.',
    when: 'KILDE_REGISTERED_OPERATIONS is set and the operation is none of its file, or `documentId` is not known or not the digest of `query`.',
  },
  INTROSPECTION_REFUSED: {
    status: 400,
    text: 'The schema cannot be read here: it is published with the contract.',
    when: 'The operation asks for `__schema` or `__type`, and KILDE_INTROSPECTION is off.',
  },
  RATE_LIMITED: {
    status: 429,
    text: 'Too many requests. Ask again after the time that Retry-After says.',
    when: 'More requests in a minute, of the requester or of all of the organisation, or more at a time, than KILDE_RATE_… allows. `Retry-After` says when to ask again (seconds).',
  },
  OVERLOADED: {
    status: 503,
    text: 'The gateway has more to do than it can. Ask again after the time that Retry-After says.',
    when: 'KILDE_REQUESTS_AT_ONCE are under way in this process, or KILDE_OVERLOAD_AT_ONCE while it is at work all the time. Nothing of the request was read. `Retry-After` says when to ask again (seconds).',
  },
  STREAMS_FULL: {
    status: 503,
    text: 'As many streams are open as this gateway takes. Ask again after the time that Retry-After says, or without a stream.',
    when: 'KILDE_STREAMS streams are open in this process. `Retry-After` says when to ask again (seconds).',
  },
  STREAM_OF_LISTS_ONLY: {
    status: 400,
    text: 'A subscription is to lists of rows, from their beginning: no other field of a patient, and no `after`.',
    when: 'The subscription selects no list, a field of `Patient` that is no list of rows, or a list with `after`.',
  },
  STREAM_UNKNOWN: {
    status: 404,
    text: 'There is no such stream of yours. Begin it again with `Last-Event-ID`.',
    when: '`extensions.kilde.renews` names no stream that is open in this process, or one of another requester, client, key, patient or operation.',
  },
  STREAM_EXPIRED: {
    status: 401,
    text: 'The token that the stream went by has ended. Begin it again with `Last-Event-ID`.',
    when: 'Sent as the last event of a subscription whose token, or attest, ended before it was renewed.',
  },
  STREAM_STOPPING: {
    status: 503,
    text: 'The gateway is stopping. Begin the stream again with `Last-Event-ID`, at another replica.',
    when: 'Sent as the last event of each subscription when the gateway drains.',
  },
  TOO_MANY_PATIENTS: {
    status: 429,
    text: 'Too many patients within a minute.',
    when: 'The requester asked about more different patients in a minute than KILDE_RATE_PATIENTS_PER_MINUTE allows. The refusal is recorded for the patient.',
  },
  IDENTIFIER_IN_DOCUMENT: {
    status: 400,
    text: 'The document holds a person number as a literal. Send it as a variable.',
    when: 'A literal patient identifier, or any literal with 11 digits, stands in the document: documents are cached and logged, variables are not.',
  },
  ONE_PATIENT_ONLY: {
    status: 400,
    text: 'One operation asks about one patient: `patient` may stand there once.',
    when: 'Several `patient` fields in one operation. Ask one operation per patient: each access is logged for its patient.',
  },
  PATIENT_IDENTIFIER_INVALID: {
    status: 400,
    text: 'The patient identifier is not valid.',
    when: 'Not 11 digits, wrong check digits, a local help number, or a system that does not fit. The text says which; the number is never repeated.',
  },
  ARGUMENT_OUT_OF_RANGE: {
    status: 400,
    text: 'An argument is out of range.',
    when: '`first` or `last` outside 1 to 1,000, `last` with OLDEST_FIRST, too many codes, a malformed period, code or unit. The text names argument and range.',
  },
  CURSOR_INVALID: {
    status: 400,
    text: 'The cursor is not one of this list. Start again without `after`.',
    when: 'Forged, from another patient, requester, field or other arguments, or older than the keys.',
  },
  ANSWER_INCOMPLETE: {
    status: 503,
    text: 'The answer is not complete.',
    when: '`completion: ALL_OR_ERROR`, and a source is missing, or has left something out. The text names the sources with their statuses.',
  },
  MANDATORY_SOURCE_MISSING: {
    status: 503,
    text: 'A source that the request names as mandatory is missing.',
    when: 'An organisation of `mandatorySources` was not located, or did not answer in full. The text names them with their statuses.',
  },
  UNSUPPORTED_FETCH: {
    status: 500,
    text: 'The gateway cannot answer this combination of fields.',
    when: 'The plan asks the sharing subgraph for something that it does not serve. Report it.',
  },
  OPERATION_NOT_SUPPORTED: {
    status: 400,
    text: 'Subscriptions are not answered here.',
    when: 'The operation is a subscription. Ask again with a query when something may have changed.',
  },
  MEDIA_TYPE_NOT_SUPPORTED: {
    status: 415,
    text: 'The request must be of the type application/json, in UTF-8.',
    when: 'The request has no `Content-Type`, or another than JSON in UTF-8, or its body is compressed.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    text: 'Answers are application/graphql-response+json or application/json.',
    when: 'The header `Accept` allows neither of the two, nor, where there are patients, `text/event-stream`.',
  },
  SUBGRAPH_ERROR: {
    status: 502,
    text: 'A part of the graph could not answer this.',
    when: 'A subgraph beside `sharing` answered with an error for the field at `path`. Its own words are not passed on.',
  },
  SUBGRAPH_INVALID: {
    status: 502,
    text: 'A part of the graph gave an answer that cannot be used.',
    when: 'A subgraph beside `sharing` answered with what is no JSON, is too large, does not fit its schema, or lacks a value that may not be missing.',
  },
  SUBGRAPH_TIMED_OUT: {
    status: 504,
    text: 'A part of the graph did not answer in time.',
    when: 'A subgraph beside `sharing` took longer than KILDE_SUBGRAPH_TIMEOUT_MS.',
  },
  SUBGRAPH_UNREACHABLE: {
    status: 502,
    text: 'A part of the graph cannot be reached.',
    when: 'No connection to a subgraph beside `sharing`, or it broke.',
  },
} as const satisfies ErrorTable

export type GatewayErrorCode = keyof typeof gatewayErrors

export interface GatewayErrorOptions extends ErrorOptions {
  /** When to ask again (whole seconds). */
  readonly retryAfterSeconds?: number
}

/** A request that the gateway does not carry out. */
export class GatewayError extends KildeError<GatewayErrorCode> {
  readonly retryAfterSeconds: number | undefined

  constructor(code: GatewayErrorCode, options: GatewayErrorOptions = {}) {
    super(gatewayErrors, code, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
