import { DataScope, RecipientScope, RepresentationKind, Validity } from '@kilde/privacy'
import { z } from 'zod'

export const StatementKind = z.enum(['BLOCK', 'CONSENT', 'RESERVATION', 'REPRESENTATION'])
export type StatementKind = z.infer<typeof StatementKind>

/** Which version of a resource of another system something came by. */
const SourceVersion = z
  .object({
    /** When it was last changed there (RFC 3339). */
    at: z.iso.datetime().optional(),
    /** FHIR `meta.versionId`. */
    id: z.string().max(64).optional(),
  })
  .readonly()
export type SourceVersion = z.infer<typeof SourceVersion>

/** Which data, and against or for whom. */
const Scope = z.object({ data: DataScope, recipient: RecipientScope }).readonly()
export type Scope = z.infer<typeof Scope>

/** What somebody has stated about the sharing of one person's data. Kept, also after it was lifted. */
export const Statement = z
  .object({
    id: z.uuid(),
    /** `WITHDRAWN`: nothing but that its `source` was withdrawn before it ever came; never in force. */
    kind: z.enum([...StatementKind.options, 'WITHDRAWN']),
    data: DataScope,
    recipient: RecipientScope,
    /** The same is said of each of these too: a FHIR Consent may name several of a kind, and means any of them. */
    alternatives: z.array(Scope).min(1).readonly().optional(),
    validity: Validity,
    registeredAt: z.iso.datetime(),
    /** The person alone, a representative by kind, or another system. */
    registeredBy: z.enum(['PATIENT', ...RepresentationKind.options, 'IMPORT']),
    liftedAt: z.iso.datetime().optional(),
    /** Of a power of attorney: who represents, as `system|value`. */
    representative: z.string().max(100).optional(),
    /** Of an import: what it is called where it came from. */
    source: z.string().max(300).optional(),
    /** Of an import: the last version of it that was heeded. */
    version: SourceVersion.optional(),
  })
  .readonly()
export type Statement = z.infer<typeof Statement>

/** All that a statement is about: nodes hold each as a block or consent of its own, under the one id. */
export const scopesOf = ({
  data,
  recipient,
  alternatives = [],
}: Pick<Statement, 'data' | 'recipient' | 'alternatives'>): readonly Scope[] => [
  { data, recipient },
  ...alternatives,
]

/** Whether it holds now or will, epoch milliseconds: what has ended concerns nobody any more. */
export const isOpen = ({ validity, liftedAt }: Statement, atMs: number): boolean =>
  liftedAt === undefined && (validity.until === undefined || atMs < Date.parse(validity.until))
