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
    when: 'More tokens, levels, aliases or cost than the limits in docs/configuration.md.',
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
  UNSUPPORTED_FETCH: {
    status: 500,
    text: 'The gateway cannot answer this combination of fields.',
    when: 'The plan asks the sharing subgraph for something that it does not serve. Report it.',
  },
} as const satisfies ErrorTable

export type GatewayErrorCode = keyof typeof gatewayErrors

/** A request that the gateway does not carry out. */
export class GatewayError extends KildeError<GatewayErrorCode> {
  constructor(code: GatewayErrorCode, options?: ErrorOptions) {
    super(gatewayErrors, code, options)
  }
}
