import { z } from 'zod'
import { AuditError } from './errors.js'

const text = z.string().min(1).max(500)
const organizationNumber = z.string().regex(/^\d{9}$/)
const instant = z.iso.datetime({ offset: true })
const screaming = z.string().regex(/^[A-Z][A-Z0-9_]*$/)
const words = z.array(text)

const person = { pid: text, name: text.optional(), clientId: text }
const requester = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('professional'),
    ...person,
    hprNumber: text.optional(),
    authorization: text.optional(),
    organization: organizationNumber,
    pointOfCare: organizationNumber.optional(),
    department: text.optional(),
    healthcareService: text.optional(),
    supplier: organizationNumber.optional(),
  }),
  z.strictObject({ kind: z.literal('citizen'), ...person }),
  z.strictObject({
    kind: z.literal('system'),
    clientId: text,
    organization: organizationNumber.optional(),
  }),
])
const decisionRef = z.strictObject({
  id: text,
  description: text.optional(),
  userSelected: z.boolean(),
  attestedAt: instant.optional(),
})
const source = z.strictObject({
  organization: organizationNumber,
  status: screaming,
  reason: screaming.optional(),
  returned: z.int().nonnegative().optional(),
  /** Of an answer: whether nothing of it is missing. Absent in records from before it was told. */
  complete: z.boolean().optional(),
})

const trace = z.string().regex(/^[0-9a-f]{32}$/)

const request = { at: instant, requestId: text, trace: trace.optional(), requester }
const patient = { patient: text.optional(), patientDigest: text.optional() }
const asked = {
  ...patient,
  purpose: screaming,
  purposeDetails: text.optional(),
  decisionRef: decisionRef.optional(),
  legalBasis: text.optional(),
  classes: words.min(1),
  fields: words.optional(),
  sources: z.array(source).optional(),
  rules: z.array(text).max(500).optional(),
}
const outcome = z.enum(['SUCCESS', 'PARTIAL', 'REFUSED', 'FAILED'])

/** One event per patient and request; after the Norwegian AuditEvent profile (who, whom, when, why), without content. */
export const auditRecord = z.discriminatedUnion('event', [
  onePatient({
    event: z.literal('PATIENT_DATA_READ'),
    ...request,
    ...asked,
    items: words.optional(),
    outcome,
    code: screaming.optional(),
  }),
  onePatient({
    event: z.literal('PATIENT_DATA_REFUSED'),
    ...request,
    ...asked,
    outcome,
    code: screaming,
  }),
  onePatient({
    event: z.literal('PATIENT_DATA_WRITTEN'),
    ...request,
    ...patient,
    classes: words.min(1),
    items: words.optional(),
    outcome,
    code: screaming.optional(),
  }),
  z.strictObject({
    event: z.literal('REQUEST_REFUSED'),
    ...request,
    ...patient,
    purpose: screaming.optional(),
    decisionRef: decisionRef.optional(),
    outcome,
    code: screaming,
  }),
  z.strictObject({
    event: z.literal('AUDIT_RESUMED'),
    at: instant,
    since: instant,
    rejected: z.int().nonnegative(),
  }),
])

export type AuditRecord = z.infer<typeof auditRecord>
export type AuditRequester = z.infer<typeof requester>
export type AuditOutcome = z.infer<typeof outcome>

/** @throws AuditError `AUDIT_RECORD_INVALID`; its detail names the fields and never their values. */
export function checkRecord(record: unknown): AuditRecord {
  const read = auditRecord.safeParse(record)
  if (read.success) return read.data
  const places = read.error.issues.map((issue) => issue.path.join('.') || issue.message)
  throw new AuditError('AUDIT_RECORD_INVALID', { detail: places.join(', ') })
}

function onePatient<S extends z.ZodRawShape & typeof patient>(shape: S) {
  return z
    .strictObject(shape)
    .refine((record: { readonly patient?: unknown; readonly patientDigest?: unknown }) => {
      return (record.patient === undefined) !== (record.patientDigest === undefined)
    }, 'exactly one of patient and patientDigest')
}
