import type { LocatedProvider } from '@kilde/catalogue'
import type { Logger } from '@kilde/service'
import type { MergePlan } from '../merge/merge-plan.js'
import type { Requester } from '../path/stage.js'
import { DeadlinePassed, Deadlines } from './deadline.js'
import type { EndSignal } from './ending.js'
import { parseAnswer } from './parse-answer.js'
import { type Expected, InvalidAnswer, readAnswer } from './read-answer.js'
import { type Outcome, refusalOf } from './refusal.js'
import type { SourceAnswer } from './source-answer.js'
import { type SourceClient, UnreadableAnswer } from './source-client.js'
import type { SourceTokens } from './source-tokens.js'
import { machineTimers, type Timers } from './timers.js'

/** What every source of one fetch is asked. */
export interface SourceQuestion {
  readonly plan: MergePlan
  /** The exact bytes of the request body, the same for all sources. */
  readonly body: Uint8Array
  readonly expected: Omit<Expected, 'organization'>
  readonly requester: Requester
  /** The requester's own access token, to be exchanged. */
  readonly subjectToken: string
  /** Time that is left for the sources (milliseconds). */
  readonly timeoutMs: number
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
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
}

/** Asks one source. Never throws: every fault is a status with a reason. */
export function createAskSource(options: AskSourceOptions): AskSource {
  const { timers = machineTimers } = options
  const deadlines = new Deadlines(timers)
  return async (provider, question) => {
    const startedMs = timers.now()
    const done = (outcome: Outcome): SourceAnswer => ({
      organization: provider.number,
      pages: [],
      reason: undefined,
      ...outcome,
      elapsedMs: timers.now() - startedMs,
    })
    const signal = deadlines.join(question)
    try {
      return done(await withDeadline(askOnce(options, provider, question, signal), signal))
    } catch (fault) {
      const outcome = signal.reason instanceof DeadlinePassed ? TIMED_OUT : outcomeOf(fault)
      const cause = fault instanceof Error ? fault.name : 'unknown'
      options.logger.warn(
        { organization: provider.number, ...outcome, cause },
        'a source did not answer',
      )
      return done(outcome)
    } finally {
      deadlines.leave(question)
    }
  }
}

const TIMED_OUT: Outcome = { status: 'TIMED_OUT', reason: 'DEADLINE' }

/** The token was not given: said apart from a source that cannot be reached. */
class NoToken extends Error {}

/** Also what does not listen to the signal by itself (the token exchange, a large parse) ends with it. */
async function withDeadline<T>(work: Promise<T>, signal: EndSignal): Promise<T> {
  let stop: () => void = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  // The loser of the race may still fail: nobody waits for it then.
  work.catch(() => {})
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}

async function askOnce(
  options: AskSourceOptions,
  provider: LocatedProvider,
  question: SourceQuestion,
  signal: EndSignal,
): Promise<Outcome> {
  const token = await options.tokens
    .tokenFor(question.requester, question.subjectToken, provider.audience)
    .catch((cause: unknown) => {
      throw new NoToken('no token for a source', { cause })
    })
  const response = await options.client.ask({
    provider,
    body: question.body,
    token: token.value,
    signal,
  })
  if (response.status !== 200) return refusalOf(response)
  const pages = readAnswer(parseAnswer(response.body), {
    ...question.expected,
    organization: provider.number,
  })
  const worst = (['TRUNCATED', 'OK', 'EMPTY'] as const).find((status) =>
    pages.some((page) => page.status === status),
  )
  return { status: worst ?? 'EMPTY', pages }
}

function outcomeOf(fault: unknown): Outcome {
  if (fault instanceof NoToken) return { status: 'UNREACHABLE', reason: 'TOKEN_UNAVAILABLE' }
  if (fault instanceof InvalidAnswer || fault instanceof UnreadableAnswer) {
    return { status: 'INVALID', reason: fault.reason }
  }
  if ((fault as { code?: unknown })?.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return { status: 'INVALID', reason: 'RESPONSE_TOO_LARGE' }
  }
  return { status: 'UNREACHABLE', reason: 'CONNECTION_FAILED' }
}
