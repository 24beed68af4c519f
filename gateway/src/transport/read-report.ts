import { type NodeCursor, parseInstant, parseNodeCursor } from '@kilde/contract'
import { isEnumType } from 'graphql'
import { contractSchema } from '../merge/contract.js'
import { own } from '../rows/canonical.js'
import { InvalidAnswer } from './invalid-answer.js'

const enumOf = (name: string): ReadonlySet<unknown> => {
  const type = contractSchema.getType(name)
  return new Set(isEnumType(type) ? type.getValues().map((value) => value.name) : [])
}
const withheldValues = enumOf('Withheld')
const reasonValues = enumOf('ReasonCode')
const statusValues: ReadonlySet<unknown> = new Set(['OK', 'EMPTY', 'TRUNCATED'])

/** What a source says of its own answer. */
export interface SourceReport {
  readonly status: 'OK' | 'EMPTY' | 'TRUNCATED'
  readonly dropped: number
  readonly withheld: string
  readonly reason: string | undefined
  readonly asOf: string
  readonly contractVersion: string | undefined
}

export interface Closing {
  readonly report: SourceReport
  readonly hasNextPage: boolean
  /** `endCursor`, where it was asked for: of any form. */
  readonly toldTo: string | undefined
  readonly total: number | undefined
  readonly rivals: readonly NodeCursor[]
}

/** Whose answer it must be. */
export interface Answerer {
  readonly organization: string
  /** What cursors must say of the patient. */
  readonly patientDigest: string
}

/**
 * Checks what follows the rows. By hand: with many sources, a general description of these few values costs as much as all rows.
 * @throws InvalidAnswer where the source does not report itself, and itself alone
 */
export function readClosing(value: unknown, expected: Answerer): Closing {
  const sources = own(value, 'sources')
  if (!Array.isArray(sources) || sources.length !== 1) throw malformed()
  const report = readReport(sources[0])
  if (!report) throw malformed()
  if (own(own(sources[0], 'organization'), 'number') !== expected.organization) {
    throw new InvalidAnswer('WRONG_ORGANIZATION')
  }
  const rivals = readRivals(own(value, 'rivals'), expected)
  return { report, ...readPageInfo(value), total: readTotal(value), rivals }
}

/** More than anybody has, and no work to compare. */
const MOST_RIVALS = 200

function readRivals(value: unknown, expected: Answerer): readonly NodeCursor[] {
  if (value === null) return []
  if (!Array.isArray(value) || value.length > MOST_RIVALS) throw malformed()
  return value.map((cursor: unknown) => {
    const key = parseNodeCursor(cursor)
    if (!key) throw malformed()
    if (key.p !== expected.patientDigest) throw new InvalidAnswer('WRONG_PATIENT')
    if (key.o !== expected.organization) throw new InvalidAnswer('WRONG_ORGANIZATION')
    return key
  })
}

const malformed = (): InvalidAnswer => new InvalidAnswer('RESPONSE_MALFORMED')

function readReport(value: unknown): SourceReport | undefined {
  const [status, dropped] = [own(value, 'status'), own(value, 'dropped')]
  const [withheld, reason] = [own(value, 'withheld'), own(value, 'reason')]
  const [asOf, version] = [own(value, 'asOf'), own(value, 'contractVersion')]
  if (typeof own(own(value, 'organization'), 'number') !== 'string') return undefined
  if (!statusValues.has(status) || !isCount(dropped)) return undefined
  if (!withheldValues.has(withheld) || (reason !== null && !reasonValues.has(reason)))
    return undefined
  if (typeof asOf !== 'string' || parseInstant(asOf) === undefined) return undefined
  if (version !== null && !(typeof version === 'string' && version.length <= 20)) return undefined
  return {
    status: status as SourceReport['status'],
    dropped,
    withheld: withheld as string,
    reason: (reason as string | null) ?? undefined,
    asOf,
    contractVersion: version ?? undefined,
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

/** Of a list; other fields have no pages. */
function readPageInfo(value: unknown): Pick<Closing, 'hasNextPage' | 'toldTo'> {
  const info = own(value, 'pageInfo')
  if (info === null) return { hasNextPage: false, toldTo: undefined }
  const [more, end] = [own(info, 'hasNextPage'), own(info, 'endCursor')]
  if (typeof more !== 'boolean') throw malformed()
  return { hasNextPage: more, toldTo: typeof end === 'string' ? end : undefined }
}

function readTotal(value: unknown): number | undefined {
  const count = own(value, 'totalCount')
  const total = own(count, 'value')
  if (total === null) return undefined
  if (!isCount(total)) throw malformed()
  return total
}
