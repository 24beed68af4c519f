import {
  below,
  collect,
  compareKeys,
  type NodeCursor,
  parseNodeCursor,
  type RowKey,
  type Variables,
} from '@kilde/contract'
import { z } from 'zod'
import { isSoundRow } from '../merge/check-row.js'
import { contractSchema } from '../merge/contract-schema.js'
import type { Order } from '../merge/merge-pages.js'
import type { MergePlan, UnionField } from '../merge/merge-plan.js'
import { sourceAlias } from '../merge/source-query.js'
import { type CheckedRow, EXCLUDED_PAGE, type SourcePage } from './source-answer.js'

/** What a source's answer is checked against. */
export interface Expected {
  readonly organization: string
  readonly plan: MergePlan
  readonly variables: Variables
  /** Salted digest of the patient asked about: what every row's cursor must name. */
  readonly patientDigest: string
  /** For each merged field: order, most rows, and the place after which rows must lie. */
  readonly fields: readonly {
    /** False where this source was not asked for the field. */
    readonly asked: boolean
    readonly order: Order
    readonly most: number
    readonly after: RowKey | undefined
  }[]
}

/** Why a whole answer cannot be used. Nothing of it is shown then. */
export class InvalidAnswer extends Error {
  readonly reason: 'RESPONSE_MALFORMED' | 'WRONG_PATIENT' | 'WRONG_ORDER' | 'WRONG_ORGANIZATION'
  constructor(reason: InvalidAnswer['reason']) {
    super(reason)
    this.name = 'InvalidAnswer'
    this.reason = reason
  }
}

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

const connection = z.object({
  // Each row is checked by itself, and not before their number is known to be right.
  edges: z.custom<readonly unknown[]>(Array.isArray),
  pageInfo: z.object({ hasNextPage: z.boolean() }),
  totalCount: z.object({ value: z.int().min(0).nullable() }).optional(),
  sources: z.array(report).length(1),
})

// Made once: building a shape costs more than using it.
const answerBody = z.object({
  data: z.object({ patient: z.record(z.string(), z.unknown()).nullable() }),
})

/**
 * Reads and checks a source's answer: shape, own report, patient, organisation, order, and every row by itself. A bad row
 * is dropped and counted; an answer that mixes up patients, organisations or order is unusable as a whole.
 * It finds mix-ups; a source that lies about its own rows on purpose cannot be found out here.
 * @throws InvalidAnswer
 */
export function readAnswer(body: unknown, expected: Expected): readonly SourcePage[] {
  const read = answerBody.safeParse(body)
  const patient = read.success ? read.data.data.patient : null
  if (!patient) throw new InvalidAnswer('RESPONSE_MALFORMED')
  return expected.plan.unions.map((union, index) =>
    expected.fields[index]?.asked === false
      ? EXCLUDED_PAGE
      : readPage(patient[sourceAlias(index)], union, index, expected),
  )
}

function readPage(
  value: unknown,
  union: UnionField,
  index: number,
  expected: Expected,
): SourcePage {
  const read = connection.safeParse(value)
  const field = expected.fields[index]
  if (!read.success || !field) throw new InvalidAnswer('RESPONSE_MALFORMED')
  const { edges, pageInfo, totalCount, sources } = read.data
  const [own] = sources
  if (own?.organization.number !== expected.organization)
    throw new InvalidAnswer('WRONG_ORGANIZATION')
  // More rows than were asked for: the promise of `first` is broken, and with it that of the page's end.
  if (edges.length > field.most) throw new InvalidAnswer('RESPONSE_MALFORMED')
  const rows = edges.flatMap((edge) => readRow(edge, union, expected))
  checkRows(rows, field, expected)
  const dropped = own.dropped + edges.length - rows.length
  if (rows.length === 0 && edges.length > 0) throw new InvalidAnswer('RESPONSE_MALFORMED')
  return {
    status: own.status === 'TRUNCATED' ? 'TRUNCATED' : rows.length > 0 ? 'OK' : 'EMPTY',
    rows,
    hasNextPage: pageInfo.hasNextPage,
    total: totalCount?.value ?? undefined,
    dropped,
    withheld: own.withheld,
    reason: own.reason ?? undefined,
    asOf: own.asOf,
    contractVersion: own.contractVersion ?? undefined,
  }
}

function readRow(edge: unknown, union: UnionField, expected: Expected): CheckedRow[] {
  if (typeof edge !== 'object' || edge === null) return []
  const { cursor, ...values } = edge as Record<string, unknown>
  const key = parseNodeCursor(cursor)
  if (!key) return []
  const sound = union.places.every((place) =>
    isSoundAt(place, union, values[place.alias], key.d, expected),
  )
  return sound ? [{ key, values: values as CheckedRow['values'] }] : []
}

/** The row as one place of the operation shows it; an id that is shown must be the one that the row is ordered by. */
function isSoundAt(
  place: UnionField['places'][number],
  union: UnionField,
  value: unknown,
  id: string,
  { plan, variables }: Expected,
): boolean {
  const sets = below(place.nodes)
  if (!isSoundRow(union.row, sets, value, plan.fragments, variables)) return false
  const selected = [...collect(union.row, sets, plan.fragments, variables)]
  return selected.every(([name, nodes]) => nodes[0]?.name.value !== 'id' || value[name] === id)
}

function checkRows(
  rows: readonly CheckedRow[],
  field: Expected['fields'][number],
  expected: Expected,
): void {
  const sign = field.order === 'NEWEST_FIRST' ? -1 : 1
  let before: RowKey | undefined = field.after
  for (const { key } of rows) {
    if (key.p !== expected.patientDigest) throw new InvalidAnswer('WRONG_PATIENT')
    if (!isOwn(key, expected.organization)) throw new InvalidAnswer('WRONG_ORGANIZATION')
    if (before && sign * compareKeys(before, key) >= 0) throw new InvalidAnswer('WRONG_ORDER')
    before = key
  }
}

const isOwn = (key: NodeCursor, organization: string): boolean =>
  key.o === organization && key.d.startsWith(`${organization}.`)
