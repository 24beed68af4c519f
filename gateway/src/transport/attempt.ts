import type { LocatedProvider } from '@kilde/catalogue'
import { TooBusy } from './bulkhead.js'
import { DeadlinePassed } from './deadline.js'
import { type EndSignal, untilEnd } from './ending.js'
import { InvalidAnswer } from './invalid-answer.js'
import type { SourceResponse } from './receive-answer.js'
import type { Outcome } from './refusal.js'
import type { Finding } from './source-circuit.js'
import type { SourceClient } from './source-client.js'
import { SourceFault, UnreadableAnswer } from './source-fault.js'
import type { Target } from './targets.js'
import type { Timers } from './timers.js'

/** One question to one source, ready to be sent to any of its addresses. */
export interface Job {
  readonly provider: LocatedProvider
  /** Who asks: circuits tell requesters apart. */
  readonly requester: string
  readonly body: Uint8Array
  readonly token: string
  readonly end: EndSignal
  readonly onAnswering?: () => void
  /** Reads and checks an answer. @throws InvalidAnswer, UnreadableAnswer */
  read(response: SourceResponse): Outcome
}

/** What came of sending it once. */
export interface Tried {
  readonly outcome: Outcome
  /** The source does not know of it: another try asks for the first time. */
  readonly unsent: boolean
  readonly cause?: unknown
}

export interface AttemptOptions {
  readonly client: SourceClient
  readonly timers: Timers
  /** How long a source must have had the question before its silence tells against it (milliseconds). */
  readonly fairMs: number
}

export const CIRCUIT_OPEN: Outcome = { status: 'UNREACHABLE', reason: 'CIRCUIT_OPEN' }
const TIMED_OUT: Outcome = { status: 'TIMED_OUT', reason: 'DEADLINE' }

/** Sends a question once, to one address, within its breaker and its bulkhead. Never rejects. */
export async function attempt(options: AttemptOptions, target: Target, job: Job): Promise<Tried> {
  const permit = target.breaker.enter(job.requester)
  if (!permit) return { outcome: CIRCUIT_OPEN, unsent: false }
  try {
    const waiting = target.bulkhead.enter(job.end)
    // A turn of the event loop's queue for each source is only spent where there is something to wait for.
    if (waiting) await waiting
  } catch (fault) {
    permit('NONE')
    return { outcome: outcomeOf(fault, job.end), unsent: false, cause: fault }
  }
  const sentMs = options.timers.now()
  let finding: Finding = 'NONE'
  try {
    const { client } = options
    const { provider, body, token, onAnswering, end: signal } = job
    const sent = client.ask({
      provider,
      endpoint: target.endpoint,
      body,
      token,
      signal,
      onAnswering,
    })
    const response = await untilEnd(sent, signal)
    const outcome = job.read(response)
    finding = findingOf(response, outcome)
    if (response.status === 200) target.latencies.note(options.timers.now() - sentMs)
    return { outcome, unsent: false }
  } catch (fault) {
    const waitedMs = options.timers.now() - sentMs
    finding = isUnusable(fault) ? 'GOOD' : faultFinding(fault, job.end, waitedMs >= options.fairMs)
    return { outcome: outcomeOf(fault, job.end), unsent: isUnsent(fault, job.end), cause: fault }
  } finally {
    permit(finding)
    target.bulkhead.leave()
  }
}

/** A source that refuses is well; so is one that cannot write its audit record, and it must be able to say so each time. */
function findingOf({ status: code }: SourceResponse, { status }: Outcome): Finding {
  const refused = (code >= 400 && code < 500) || status === 'AUDIT_UNAVAILABLE'
  return code === 200 || refused ? 'GOOD' : 'BAD'
}

/**
 * It answered, and what is wrong with the answer may be wrong with this patient's data alone: others must not go without their
 * answers for it.
 */
const isUnusable = (fault: unknown): boolean =>
  fault instanceof InvalidAnswer || fault instanceof UnreadableAnswer

/** A deadline that was short from the start, a client that left and a race that was lost tell nothing of the source. */
function faultFinding(fault: unknown, { aborted, reason }: EndSignal, fair: boolean): Finding {
  if (!aborted) return fault instanceof SourceFault && fault.unsent ? 'DOWN' : 'BAD'
  return reason instanceof DeadlinePassed && fair ? 'BAD' : 'NONE'
}

const isUnsent = (fault: unknown, end: EndSignal): boolean =>
  !end.aborted && fault instanceof SourceFault && fault.unsent

/** What a fault means for the requester. */
export function outcomeOf(fault: unknown, end: EndSignal): Outcome {
  if (end.aborted) {
    // Without a reason where the client left: nobody reads it.
    return end.reason instanceof DeadlinePassed ? TIMED_OUT : { status: 'UNREACHABLE' }
  }
  if (fault instanceof TooBusy) return { status: 'UNREACHABLE', reason: 'TOO_BUSY' }
  if (fault instanceof InvalidAnswer || fault instanceof UnreadableAnswer) {
    return { status: 'INVALID', reason: fault.reason }
  }
  const reason = fault instanceof SourceFault ? fault.reason : 'CONNECTION_FAILED'
  return { status: 'UNREACHABLE', reason }
}
