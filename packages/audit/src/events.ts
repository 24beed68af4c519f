import type { AuditRecord } from './record.js'

export interface AuditEventEntry {
  readonly description: string
  /** Fields that a record of this event must hold, besides `event` and `at`. */
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** What each event means and holds; docs/audit-events.md is made of this table. */
export const auditEvents = {
  PATIENT_DATA_READ: {
    description:
      'Data about a patient are about to leave, or it is about to be told that there are none. Durable before the answer is sent.',
    required: [
      'requestId',
      'requester',
      'patient | patientDigest',
      'purpose',
      'classes',
      'outcome',
    ],
    optional: [
      'trace',
      'purposeDetails',
      'decisionRef',
      'legalBasis',
      'fields',
      'items',
      'sources',
      'rules',
      'code',
    ],
  },
  PATIENT_DATA_REFUSED: {
    description: 'A request about a patient was refused by policy; nothing about the patient left.',
    required: [
      'requestId',
      'requester',
      'patient | patientDigest',
      'purpose',
      'classes',
      'outcome',
      'code',
    ],
    optional: [
      'trace',
      'purposeDetails',
      'decisionRef',
      'legalBasis',
      'fields',
      'sources',
      'rules',
    ],
  },
  PATIENT_DATA_WRITTEN: {
    description: 'Data about a patient were taken into an organisation’s store.',
    required: ['requestId', 'requester', 'patient | patientDigest', 'classes', 'outcome'],
    optional: ['trace', 'items', 'code'],
  },
  REQUEST_REFUSED: {
    description:
      'A request with a valid token was refused before any source was asked, e.g. for its attest, scope or form.',
    required: ['requestId', 'requester', 'outcome', 'code'],
    optional: ['trace', 'patient | patientDigest', 'purpose', 'decisionRef'],
  },
  AUDIT_RESUMED: {
    description:
      'The log can be written again. Between `since` and `at` nothing could be written, and so nothing left.',
    required: ['since', 'rejected'],
    optional: [],
  },
} as const satisfies Record<AuditRecord['event'], AuditEventEntry>

/** What each field of a record holds. */
export const auditFields = {
  event: 'Name of the event.',
  at: 'When the service wrote the record: RFC 3339 with offset.',
  requestId:
    'Id of the request at the service that wrote the record; `x-request-id` of its answer.',
  trace:
    'Trace of the request (W3C Trace Context, trace-id): the same at the gateway and at every organisation that it asked.',
  requester:
    'Who asked: kind (professional, citizen, system), identity number, name, HPR number, authorisation (9060), organisation, point of care, department, healthcare service, supplier that acts for the organisation, client.',
  patient: 'The patient’s identifier in token form, `system|value`.',
  patientDigest:
    'Keyed digest of the identifier: a node that does not know the patient keeps no more than that.',
  purpose: 'Purpose of use (HL7 v3 PurposeOfUse), e.g. `TREAT`.',
  purposeDetails: 'Code of the details of the purpose (`purpose_of_use_details` of the attest).',
  decisionRef:
    'The decision behind the request: id, description, whether the user chose it, when it was attested.',
  legalBasis: 'Legal basis of the agreement or rule that opened the data.',
  classes: 'Classes of data asked for, e.g. `Observation`.',
  fields: 'Fields asked for. No content.',
  items: 'Ids of what was given out or taken in. No content.',
  sources:
    'At the gateway: what became of each located organisation (status, reason, number of rows, whether anything of its answer is missing: dropped or withheld).',
  rules:
    'Trace of the decision at a node: rules that opened or closed, blocks, consents and profiles that applied, each as `class/rule`.',
  outcome:
    '`SUCCESS` (all that was asked for), `PARTIAL` (something is missing), `REFUSED`, `FAILED` (nothing could be given).',
  code: 'Error code of the refusal or failure; of a stream `STREAM_STARTED` with its first record and, at the gateway, `STREAM_ENDED` with its last.',
  since: 'When the log could last not be written any more.',
  rejected: 'Number of records, and so of answers, that were refused meanwhile.',
} as const satisfies Record<string, string>
