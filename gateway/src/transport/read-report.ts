import { z } from 'zod'
import { contractSchema } from '../merge/contract.js'
import { InvalidAnswer } from './invalid-answer.js'

const enumOf = (name: string): ReadonlySet<string> => {
  const type = contractSchema.getType(name)
  return new Set(type && 'getValues' in type ? type.getValues().map((value) => value.name) : [])
}
const withheldValues = enumOf('Withheld')
const reasonValues = enumOf('ReasonCode')

const report = z.object({
  organization: z.object({ number: z.string() }),
  status: z.enum(['OK', 'EMPTY', 'TRUNCATED']),
  dropped: z.int().min(0),
  withheld: z.string().refine((value) => withheldValues.has(value)),
  reason: z
    .string()
    .refine((value) => reasonValues.has(value))
    .nullish(),
  asOf: z.iso.datetime({ offset: true }),
  contractVersion: z.string().max(20).nullish(),
})

/** What a source says of its own answer. */
export type SourceReport = z.infer<typeof report>

// Made once: building a shape costs more than using it.
const closing = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean() }).optional(),
  totalCount: z.object({ value: z.int().min(0).nullable() }).optional(),
  sources: z.array(report).length(1),
})

export interface Closing {
  readonly report: SourceReport
  readonly hasNextPage: boolean
  readonly total: number | undefined
}

/** @throws InvalidAnswer where the source does not report itself, and itself alone */
export function readClosing(value: unknown, organization: string): Closing {
  const read = closing.safeParse(value)
  const [own] = read.success ? read.data.sources : []
  if (!read.success || !own) throw new InvalidAnswer('RESPONSE_MALFORMED')
  if (own.organization.number !== organization) throw new InvalidAnswer('WRONG_ORGANIZATION')
  const { pageInfo, totalCount } = read.data
  return {
    report: own,
    hasNextPage: pageInfo?.hasNextPage ?? false,
    total: totalCount?.value ?? undefined,
  }
}
