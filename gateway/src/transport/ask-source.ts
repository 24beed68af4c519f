import type { LocatedProvider } from '@kilde/catalogue'
import { type Logger, noTelemetry, type Telemetry } from '@kilde/service'
import type { AccessToken } from '@kilde/trust'
import type { MergePlan } from '../merge/merge-plan.js'
import { requesterKey } from '../requester-key.js'
import { CIRCUIT_OPEN, outcomeOf, type Tried } from './attempt.js'
import { Budget } from './budget.js'
import type { BulkheadLimits } from './bulkhead.js'
import { Deadlines } from './deadline.js'
import type { EndSignal } from './ending.js'
import type { Evidence } from './evidence.js'
import type { Expected } from './read-answer.js'
import { readResponse } from './read-response.js'
import type { SourceResponse } from './receive-answer.js'
import type { Outcome } from './refusal.js'
import { type SendOptions, send } from './send.js'
import type { SourceAnswer } from './source-answer.js'
import type { SourceClient } from './source-client.js'
import type { SourceAccess, SourceTokens } from './source-tokens.js'
import { Targets } from './targets.js'
import { machineTimers, type Timers } from './timers.js'
import { traceAsking } from './trace-asking.js'
import { Turns } from './turns.js'

/** What every source of one fetch is asked. */
export interface SourceQuestion extends SourceAccess {
  readonly plan: MergePlan
  /** The exact bytes of the request body, the same for all sources. */
  readonly body: Uint8Array
  readonly expected: Omit<Expected, 'organization'>
  /** Time that is left for the sources (milliseconds). */
  readonly timeoutMs: number
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
  /** Keeps what sources signed, where the client wants it. */
  readonly evidence?: Evidence
}

export type AskSource = (
  provider: LocatedProvider,
  question: SourceQuestion,
) => Promise<SourceAnswer>

export interface AskSourceOptions {
  readonly client: SourceClient
  readonly tokens: SourceTokens
  readonly logger: Logger
  /** Default: the machine's. */
  readonly timers?: Timers
  /** What may be under way to one source. Default: 64 in flight, 128 waiting. */
  readonly limits?: BulkheadLimits
  /** Whether a source that fails is not asked for a while. Default: yes. */
  readonly breaking?: boolean
  /** Whole time that a source usually gets (milliseconds). Default 3,000. */
  readonly sourceTimeoutMs?: number
  /** Whether a late source is asked again at a replica that it declares. Default: no. */
  readonly hedging?: boolean
  /** Default: nothing is told. */
  readonly telemetry?: Telemetry
}

interface Parts {
  readonly tokens: SourceTokens
  readonly turns: Turns
  readonly targets: Targets
  readonly sending: SendOptions
  readonly telemetry: Telemetry
}

/**
 * Asks one source. Never throws: every fault is a status with a reason, exactly one for each question.
 * Questions are never shared, not even equal ones: an answer belongs to the requester whose token it was given for.
 */
export function createAskSource(options: AskSourceOptions): AskSource {
  const { timers = machineTimers, logger, telemetry = noTelemetry } = options
  const deadlines = new Deadlines(timers)
  const parts = partsOf(options, timers)
  return traceAsking(telemetry, async (provider, question) => {
    const startedMs = timers.now()
    const end = deadlines.join(question)
    let tried: Pick<Tried, 'outcome' | 'cause'>
    try {
      tried = await ask(parts, provider, question, end)
    } finally {
      deadlines.leave(question)
    }
    const { outcome, cause } = tried
    if (isWorthTelling(outcome, question.signal)) {
      const { status, reason } = outcome
      const fault = cause instanceof Error ? cause.name : 'none'
      logger.warn(
        { organization: provider.number, status, reason, fault },
        'a source did not answer',
      )
    }
    return {
      organization: provider.number,
      pages: [],
      reason: undefined,
      ...outcome,
      elapsedMs: timers.now() - startedMs,
    }
  })
}

function partsOf(options: AskSourceOptions, timers: Timers): Parts {
  const { client, tokens, logger, hedging = false, sourceTimeoutMs = 3_000 } = options
  const { telemetry = noTelemetry } = options
  const { limits = { maxInFlight: 64, maxQueued: 128 }, breaking = true } = options
  return {
    tokens,
    telemetry,
    turns: new Turns(),
    targets: new Targets({ limits, breaking, timers, logger, onCircuit: telemetry.circuit }),
    sending: {
      client,
      timers,
      fairMs: sourceTimeoutMs / 2,
      retries: new Budget(10),
      hedges: hedging ? new Budget(20) : undefined,
    },
  }
}

async function ask(
  { tokens, turns, targets, sending, telemetry }: Parts,
  provider: LocatedProvider,
  question: SourceQuestion,
  end: EndSignal,
): Promise<Pick<Tried, 'outcome' | 'cause'>> {
  if (end.aborted) return { outcome: outcomeOf(end.reason, end) }
  const addresses = targets.of(provider)
  // Before a token is fetched: identity need not work for a source that is not asked.
  const asking = requesterKey(question.requester)
  if (addresses.every(({ breaker }) => breaker.isOpenFor(asking))) return { outcome: CIRCUIT_OPEN }
  let token: AccessToken
  try {
    token = await tokens.tokenFor(question, provider.audience, end)
  } catch (cause) {
    const noToken: Outcome = { status: 'UNREACHABLE', reason: 'TOKEN_UNAVAILABLE' }
    return { outcome: end.aborted ? outcomeOf(cause, end) : noToken, cause }
  }
  const turn = turns.take()
  if (turn) await turn
  const expected = { ...question.expected, organization: provider.number }
  const { body } = question
  const read = (response: SourceResponse) => {
    telemetry.note({ 'kilde.bytes': response.body.length })
    const outcome = readResponse(response, expected)
    question.evidence?.keep(provider.number, response)
    return outcome
  }
  const tried = await send(sending, addresses, {
    provider,
    requester: asking,
    body,
    token: token.value,
    end,
    read,
  })
  if (tried.outcome.reason === 'TOKEN_REJECTED') tokens.reject(question, provider.audience, token)
  return tried
}

/** A client that leaves is no fault of a source; that a circuit is open has been told when it opened. */
function isWorthTelling({ status, reason }: Outcome, { aborted }: AbortSignal): boolean {
  const failed = status === 'TIMED_OUT' || status === 'UNREACHABLE' || status === 'INVALID'
  return failed && !aborted && reason !== 'CIRCUIT_OPEN'
}
