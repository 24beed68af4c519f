import type { AuditQuery } from '@kilde/audit'
import { identifierToken, identityDigest, type PatientIdentifier } from '@kilde/contract'
import type {
  Access,
  Accesses,
  AccessLogSource,
  AccessQuestion,
  PatientRecord,
  ReadableLog,
} from './access-log.js'
import { accessorKindOf, isOwnLookup, outcomeOf } from './outcome.js'
import type { Sight } from './sight.js'
import { isVisible, itemsOf, narrow } from './visible.js'

export interface ReadLogsParts {
  /** Organisation number of this node. */
  readonly organization: string
  /** The logs that it answers for: those of a gateway come and go with its users' organisations. */
  readonly logs: () => Promise<readonly ReadableLog[]>
  readonly now: () => number
}

/** Most records of the patient that one question looks at, over all logs. */
const MOST_RECORDS = 20_000
/**
 * Records stand in the order in which they were written, which may differ from that of their times by as long as an append
 * may take; a clock that was set back is not followed further than this (milliseconds).
 */
const DISORDER_MS = 60_000

/** Answers from the logs themselves, by the patient's keyed digest: no view of a patient is kept. */
export function createAccessLog(parts: ReadLogsParts): AccessLogSource {
  return {
    async accesses(question, sight, signal) {
      const asOfMs = parts.now()
      const budget = { left: MOST_RECORDS }
      const found: Under[] = []
      for (const log of isAnswerable(question, sight) ? await parts.logs() : []) {
        for (const patient of [question.patient, ...(question.formerly ?? [])]) {
          const asked = { ...question, patient }
          const accesses = await readLog(parts, log, asked, { sight, signal, budget })
          found.push(...accesses.map((access) => ({ access, patient })))
        }
      }
      const sign = question.order === 'NEWEST_FIRST' ? -1 : 1
      found.sort((a, b) => sign * compare(a.access, b.access))
      return pageOf(eachOnce(found), question, { truncated: budget.left <= 0, asOfMs })
    },
  }
}

/** Decisions are not told to representatives: a search for one would tell whether it is there. */
const isAnswerable = ({ decisionRef }: AccessQuestion, { reader }: Sight): boolean =>
  reader === 'SELF' || decisionRef === undefined

/** An access, and the number that its record is under. */
interface Under {
  readonly access: Access
  readonly patient: PatientIdentifier
}

/**
 * Of an access to a person of several numbers there is a record under each. Sorted, so that the same stays on every page. Records
 * under one number are as many accesses.
 */
function eachOnce(found: readonly Under[]): readonly Access[] {
  const firsts = new Map<string, PatientIdentifier>()
  return found.flatMap(({ access, patient }) => {
    const { log, record } = access
    const key = `${log.kind} ${log.name} ${record.requestId} ${record.event}`
    const first = firsts.get(key) ?? patient
    firsts.set(key, first)
    return first === patient ? [access] : []
  })
}

interface Reading {
  readonly sight: Sight
  readonly signal: AbortSignal
  readonly budget: { left: number }
}

/** At least the first `limit + 1` of one log that match, in no certain order. */
async function readLog(
  { organization }: ReadLogsParts,
  log: ReadableLog,
  question: AccessQuestion,
  { sight, signal, budget }: Reading,
): Promise<readonly Access[]> {
  const newestFirst = question.order === 'NEWEST_FIRST'
  const matching: Access[] = []
  let edgeMs: number | undefined
  for await (const { sequence, record } of log.find(queryOf(log, question))) {
    signal.throwIfAborted()
    budget.left -= 1
    if (budget.left <= 0) break
    if (record.event === 'AUDIT_RESUMED') continue
    const access = accessOf(organization, log, sequence, record)
    if (edgeMs !== undefined && isBehind(access.atMs, edgeMs, newestFirst, DISORDER_MS)) break
    // It stands behind all that the page can hold, while one that is read after it may not.
    if (edgeMs !== undefined && isBehind(access.atMs, edgeMs, newestFirst)) continue
    if (!isBeyond(access, question) || !matches(record, question) || !isVisible(access, sight))
      continue
    const told = await narrow(access, sight, signal)
    // By rows that are told alone: what is closed cannot be searched for.
    if (!told || (question.item !== undefined && !told.items.includes(question.item))) continue
    matching.push(told)
    if (matching.length === question.limit + 1) edgeMs = edgeOf(matching, newestFirst)
  }
  return matching
}

const isBehind = (atMs: number, edgeMs: number, newestFirst: boolean, byMs = 0): boolean =>
  newestFirst ? atMs < edgeMs - byMs : atMs > edgeMs + byMs

function edgeOf(found: readonly Access[], newestFirst: boolean): number {
  const times = found.map(({ atMs }) => atMs)
  return newestFirst ? Math.min(...times) : Math.max(...times)
}

function queryOf(log: ReadableLog, question: AccessQuestion): AuditQuery {
  const { patient, decisionRef, order, after } = question
  const newestFirst = order === 'NEWEST_FIRST'
  const fromMs = Math.max(question.fromMs ?? 0, newestFirst ? 0 : (after?.t ?? 0))
  const untilMs = newestFirst && after ? after.t + 1 : Number.POSITIVE_INFINITY
  return {
    patientDigest: log.patientDigest(identifierToken(patient)),
    ...(decisionRef !== undefined && { decisionRef }),
    fromMs,
    toMs: Math.min(question.untilMs ?? Number.POSITIVE_INFINITY, untilMs),
    order,
  }
}

function accessOf(
  organization: string,
  log: ReadableLog,
  sequence: number,
  record: PatientRecord,
): Access {
  const place = log.name === '' ? String(sequence) : `${log.name}-${sequence}`
  const id = `${organization}.${place}`
  const atMs = Date.parse(record.at)
  return { id, identity: identityDigest(id), atMs, log, sequence, record, items: itemsOf(record) }
}

/** Behind the place where the page before ended. */
function isBeyond(access: Access, { after, order }: AccessQuestion): boolean {
  if (!after) return true
  const { t, i, d } = after
  const order_ = compare(access, { atMs: t, identity: i, id: d })
  return order === 'NEWEST_FIRST' ? order_ < 0 : order_ > 0
}

type Placed = Pick<Access, 'atMs' | 'identity' | 'id'>

const compare = (a: Placed, b: Placed): number =>
  a.atMs - b.atMs || compareText(a.identity, b.identity) || compareText(a.id, b.id)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function matches(record: PatientRecord, question: AccessQuestion): boolean {
  const { outcomes, by, classes, ownLookups } = question
  if (!ownLookups && isOwnLookup(record)) return false
  if (outcomes && !outcomes.includes(outcomeOf(record))) return false
  if (by && !by.includes(accessorKindOf(record))) return false
  return !classes || ('classes' in record && record.classes.some((one) => classes.includes(one)))
}

async function pageOf(
  found: readonly Access[],
  { limit, receipts }: AccessQuestion,
  rest: Pick<Accesses, 'truncated' | 'asOfMs'>,
): Promise<Accesses> {
  const shown = found.slice(0, limit)
  const rows = shown.map(async (access) => ({
    ...access,
    receipt: receipts ? await access.log.receipt?.(access.sequence) : undefined,
  }))
  return {
    rows: await Promise.all(rows),
    more: found.length > limit,
    known: found.some(({ record }) => 'patient' in record && record.patient !== undefined),
    ...rest,
  }
}
