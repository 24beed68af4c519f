import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const auditErrors = {
  AUDIT_UNAVAILABLE: {
    status: 503,
    text: 'The access log cannot be written, so nothing was given out. Ask again later.',
    when: 'The disk is full, the log is closed or its folder is gone. Data leave again as soon as a write works.',
  },
  AUDIT_RECORD_INVALID: {
    status: 500,
    text: 'The access log refused a record, so nothing was given out.',
    when: 'A fault in the service: a record lacks what its event must hold. The detail in the log names the field.',
  },
  AUDIT_LOG_DAMAGED: {
    status: 500,
    text: 'The access log was changed, shortened or belongs to another key.',
    when: 'At start or when reading. Keep the folder as evidence, find out why, and start with an empty folder.',
  },
  AUDIT_LOG_IN_USE: {
    status: 500,
    text: 'Another process writes this access log.',
    when: 'At start: two processes were given the same folder for the same organisation.',
  },
  AUDIT_RECORD_UNKNOWN: {
    status: 404,
    text: 'There is no such record in the access log.',
    when: 'A receipt is asked for a record that is not there, or whose time of retention has ended.',
  },
  AUDIT_TREE_HEAD_UNKNOWN: {
    status: 404,
    text: 'There is no such access log here, or it has signed no tree head that goes so far.',
    when: 'At the addresses of a log’s tree heads (docs/audit-log.md). A log signs its first tree head within a minute of its first record.',
  },
  AUDIT_SIZES_MALFORMED: {
    status: 400,
    text: 'Name the two sizes of the access log as whole numbers: `from` and `to`.',
    when: 'A consistency proof is asked for without them, or with something else.',
  },
  AUDIT_PROOF_INVALID: {
    status: 422,
    text: 'The proof about the access log does not hold.',
    when: 'A receipt, a signed tree head or a proof that a log has only grown: signature or hashes are not what they should be.',
  },
} as const satisfies ErrorTable

export class AuditError extends KildeError<keyof typeof auditErrors> {
  constructor(code: keyof typeof auditErrors, options?: ErrorOptions) {
    super(auditErrors, code, options)
  }
}
