import type { AuditRecord } from '@kilde/audit'
import type { Logged } from './logs.js'

/** One place where two logs do not agree. */
export interface Difference {
  readonly kind: DifferenceKind
  /** Organisation whose log is at odds with the gateway's. */
  readonly organization: string
  readonly trace: string
  readonly requestId: string
  readonly decisionRef: string | undefined
}

export type DifferenceKind =
  /** The gateway got an answer, or a refusal by policy, that the organisation has no record of. */
  | 'NOT_AT_ORGANIZATION'
  /** The organisation gave something out that no gateway record tells of. */
  | 'NOT_AT_GATEWAY'
  /**
   * The gateway says that it did not ask, or was refused, and the organisation gave rows; or that nothing of an answer is missing,
   * and the organisation left something out.
   */
  | 'OTHER_OUTCOME'
  /** The gateway got more rows than the organisation's record names. */
  | 'ROWS_NOT_NAMED'
  | 'OTHER_DECISION'
  | 'OTHER_PURPOSE'
  /** The organisation decided by a statement of the patient that the privacy service has no record of. */
  | 'STATEMENT_UNKNOWN'
  /** A record that the patient's view does not show. */
  | 'NOT_IN_VIEW'
  /** The patient's view shows what no log holds. */
  | 'ONLY_IN_VIEW'

export interface Reconciled {
  /** Requests about a patient in the gateway's logs. */
  readonly requests: number
  /** Records of organisations that were held against them. */
  readonly records: number
  readonly differences: readonly Difference[]
}

type Asked = Extract<
  AuditRecord,
  { event: 'PATIENT_DATA_READ' | 'PATIENT_DATA_REFUSED' | 'REQUEST_REFUSED' }
>
type Source = NonNullable<Extract<Asked, { event: 'PATIENT_DATA_READ' }>['sources']>[number]

/**
 * Refusals before the question was read: of a token, by who it is bound to. The organisation's record of it holds no trace, or
 * stands in its security log.
 */
const BEFORE_QUESTION: ReadonlySet<string> = new Set([
  'TOKEN_REJECTED',
  'CLOCK_SKEW',
  'SECURITY_LEVEL',
  'ATTEST',
  'USER_REQUIRED',
])
/** Names are told without rows, of patients whom the organisation knows. */
const NAMES = 'Patient'
/** A log is told without rows, also of patients whom it knows by a digest alone. */
const LOGS = 'AuditEvent'

/**
 * Holds the gateway's logs against those of the organisations, by trace, request and decision. What an organisation gave and the
 * gateway could not use (late, broken) is no difference: it was recorded before it left. A refusal that an organisation does
 * not disclose is EMPTY to the gateway, and agrees.
 */
export function reconcile(logged: readonly Logged[]): Reconciled {
  const { gateway, nodes } = sorted(logged)
  const differences: Difference[] = []
  let records = 0
  for (const [trace, asked] of gateway) {
    for (const source of sourcesOf(asked)) {
      const found = nodes.get(source.organization)?.get(trace) ?? []
      records += found.length
      for (const kind of compare(asked, source, found))
        differences.push(differenceOf(kind, source.organization, asked, trace))
    }
  }
  for (const [organization, byTrace] of nodes) {
    for (const [trace, found] of byTrace) {
      const asked = gateway.get(trace)
      if (asked && isAccountedFor(asked, organization)) continue
      const [first] = found.filter(hasGiven)
      if (first) differences.push(differenceOf('NOT_AT_GATEWAY', organization, first, trace))
    }
  }
  return { requests: gateway.size, records, differences }
}

type ByTrace = ReadonlyMap<string, readonly Asked[]>

interface Sorted {
  readonly gateway: ReadonlyMap<string, Asked>
  /** By organisation number. */
  readonly nodes: ReadonlyMap<string, ByTrace>
}

/** Only requests of gateways are joined: what a client asked an organisation directly has no other record. */
function sorted(logged: readonly Logged[]): Sorted {
  const gateway = new Map<string, Asked>()
  const nodes = new Map<string, Map<string, Asked[]>>()
  for (const { service, owner, record } of logged) {
    if (!isAsked(record) || record.trace === undefined) continue
    if (service === GATEWAY) {
      gateway.set(record.trace, together(gateway.get(record.trace), record))
      continue
    }
    const byTrace = nodes.get(owner) ?? new Map<string, Asked[]>()
    byTrace.set(record.trace, [...(byTrace.get(record.trace) ?? []), record])
    nodes.set(owner, byTrace)
  }
  return { gateway, nodes }
}

/**
 * An answer that came in parts, or a stream, has several records under one trace: of each source the one by which it gave the most, else the
 * last.
 */
function together(before: Asked | undefined, record: Asked): Asked {
  const sources = sourcesOf(record)
  if (!before || sources.length === 0) return before ?? record
  const most = new Map(sourcesOf(before).map((source) => [source.organization, source]))
  for (const source of sources) {
    const told = most.get(source.organization)
    if ((told?.returned ?? 0) <= (source.returned ?? 0)) most.set(source.organization, source)
  }
  return { ...record, sources: [...most.values()] } as Asked
}

/** Name of the service that writes the gateway's logs. */
export const GATEWAY = 'gateway'

export const isAsked = (record: AuditRecord): record is Asked =>
  record.event === 'PATIENT_DATA_READ' ||
  record.event === 'PATIENT_DATA_REFUSED' ||
  record.event === 'REQUEST_REFUSED'

const sourcesOf = (record: Asked): readonly Source[] =>
  'sources' in record ? (record.sources ?? []) : []

function* compare(
  asked: Asked,
  source: Source,
  found: readonly Asked[],
): Generator<DifferenceKind> {
  const given = found.filter(hasGiven)
  switch (source.status) {
    case 'OK':
    case 'TRUNCATED':
      if (given.length === 0 && (source.returned ?? 0) > 0) yield 'NOT_AT_ORGANIZATION'
      else if (found.length === 0) yield 'NOT_AT_ORGANIZATION'
      else if (rowsNamed(found) < (source.returned ?? 0)) yield 'ROWS_NOT_NAMED'
      else if (hidesSomething(source, found)) yield 'OTHER_OUTCOME'
      break
    case 'EMPTY':
      if (found.length === 0) yield 'NOT_AT_ORGANIZATION'
      else if (hidesSomething(source, found)) yield 'OTHER_OUTCOME'
      break
    case 'REFUSED':
      if (given.length > 0) yield 'OTHER_OUTCOME'
      else if (found.length === 0 && !BEFORE_QUESTION.has(source.reason ?? ''))
        yield 'NOT_AT_ORGANIZATION'
      break
    case 'NOT_ASKED':
    case 'AUDIT_UNAVAILABLE':
      if (given.length > 0) yield 'OTHER_OUTCOME'
      break
    default:
      // TIMED_OUT, UNREACHABLE, INVALID: it may have been recorded, and then never got here.
      break
  }
  for (const record of found) {
    const [here, there] = [decisionOf(asked), decisionOf(record)]
    if (here !== undefined && there !== undefined && here !== there) yield 'OTHER_DECISION'
    if (purposeOf(asked) !== purposeOf(record)) yield 'OTHER_PURPOSE'
  }
}

/** The gateway says that all is there; records from before it said so are not held against it. */
const hidesSomething = ({ complete }: Source, found: readonly Asked[]): boolean =>
  complete === true && found.some(({ outcome }) => outcome !== 'SUCCESS')

const hasGiven = (record: Asked): boolean =>
  record.event === 'PATIENT_DATA_READ' && record.outcome !== 'FAILED' && rowsNamed([record]) > 0

/** Rows that the records name, each once; without limit where a class is told without rows. */
function rowsNamed(records: readonly Asked[]): number {
  const reads = records.filter((record) => record.event === 'PATIENT_DATA_READ')
  const isWithoutRows = ({ classes, patient }: (typeof reads)[number]): boolean =>
    classes.includes(LOGS) || (patient !== undefined && classes.includes(NAMES))
  if (reads.some(isWithoutRows)) return Number.POSITIVE_INFINITY
  return new Set(reads.flatMap(({ items = [] }) => items)).size
}

/** The gateway told of it, or refused the whole request after it had asked, so that nothing went on. */
function isAccountedFor(asked: Asked, organization: string): boolean {
  const sources = sourcesOf(asked)
  return sources.length === 0 || sources.some((source) => source.organization === organization)
}

const decisionOf = (record: Asked): string | undefined =>
  'decisionRef' in record ? record.decisionRef?.id : undefined
const purposeOf = (record: Asked): string | undefined =>
  'purpose' in record ? record.purpose : undefined

function differenceOf(
  kind: DifferenceKind,
  organization: string,
  record: Asked,
  trace: string,
): Difference {
  const { requestId } = record
  return { kind, organization, trace, requestId, decisionRef: decisionOf(record) }
}
