import { DataScope, RecipientScope, RepresentationKind, Validity } from '@kilde/privacy'
import { z } from 'zod'

export const StatementKind = z.enum(['BLOCK', 'CONSENT', 'RESERVATION', 'REPRESENTATION'])
export type StatementKind = z.infer<typeof StatementKind>

/** What somebody has stated about the sharing of one person's data. Kept, also after it was lifted. */
export const Statement = z
  .object({
    id: z.uuid(),
    kind: StatementKind,
    data: DataScope,
    recipient: RecipientScope,
    validity: Validity,
    registeredAt: z.iso.datetime(),
    /** The person alone, a representative by kind, or another system. */
    registeredBy: z.enum(['PATIENT', ...RepresentationKind.options, 'IMPORT']),
    liftedAt: z.iso.datetime().optional(),
    /** Of a power of attorney: who represents, as `system|value`. */
    representative: z.string().max(100).optional(),
    /** Of an import: what it is called where it came from. */
    source: z.string().max(300).optional(),
  })
  .readonly()
export type Statement = z.infer<typeof Statement>

/** Whether it holds now or will, epoch milliseconds: what has ended concerns nobody any more. */
export const isOpen = ({ validity, liftedAt }: Statement, atMs: number): boolean =>
  liftedAt === undefined && (validity.until === undefined || atMs < Date.parse(validity.until))
