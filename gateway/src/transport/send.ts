import { type AttemptOptions, attempt, CIRCUIT_OPEN, type Job, type Tried } from './attempt.js'
import type { Budget } from './budget.js'
import { Ending } from './ending.js'
import type { Target } from './targets.js'

export interface SendOptions extends AttemptOptions {
  /** At most one more try for each ten questions. */
  readonly retries: Budget
  /** At most one second request for each twenty questions; absent where hedging is off. */
  readonly hedges: Budget | undefined
}

/** Why a request ended: another replica has answered. */
class Overtaken extends Error {}

/**
 * Sends a question to the first address whose circuit is closed. Another try, at most one, only where the connection never
 * carried the first: then the source is still asked once.
 */
export async function send(
  options: SendOptions,
  targets: readonly Target[],
  job: Job,
): Promise<Tried> {
  options.retries.earn()
  options.hedges?.earn()
  const [first, second] = targets.filter(({ breaker }) => !breaker.isOpenFor(job.requester))
  if (!first) return { outcome: CIRCUIT_OPEN, unsent: false }
  const tried = await sendHedged(options, first, second, job)
  const other = second ?? first
  if (!tried.unsent || other.breaker.isOpenFor(job.requester) || !options.retries.take())
    return tried
  return attempt(options, other, job)
}

/** A second request only where a replica can answer it: one overloaded server would only get slower (gateways.md §5.1). */
function sendHedged(
  options: SendOptions,
  first: Target,
  second: Target | undefined,
  job: Job,
): Promise<Tried> {
  const usualMs = options.hedges && second ? first.latencies.p95() : undefined
  return second && usualMs !== undefined
    ? race(options, [first, second], usualMs, job)
    : attempt(options, first, job)
}

/** The second starts when the first is later than usual and has not sent a byte. The first good answer ends the other. */
function race(
  options: SendOptions,
  [first, second]: readonly [Target, Target],
  usualMs: number,
  job: Job,
): Promise<Tried> {
  return new Promise((resolve) => {
    const runners = new Ending()
    let running = 0
    const start = (target: Target): void => {
      running += 1
      const end = new Ending()
      const stop = () => end.end(runners.reason)
      runners.addEventListener('abort', stop)
      void attempt(options, target, { ...job, end, onAnswering: takeBack }).then((tried) => {
        running -= 1
        runners.removeEventListener('abort', stop)
        if (isConclusive(tried) || running === 0) finish(tried)
      })
    }
    const takeBack = options.timers.after(usualMs, () => {
      if (options.hedges?.take()) start(second)
    })
    const stopAll = () => runners.end(job.end.reason)
    const finish = (tried: Tried): void => {
      takeBack()
      job.end.removeEventListener('abort', stopAll)
      runners.end(new Overtaken())
      resolve(tried)
    }
    if (job.end.aborted) stopAll()
    else job.end.addEventListener('abort', stopAll)
    start(first)
  })
}

/** An answer or a refusal of the source itself: the other address would say the same. */
const isConclusive = ({ outcome: { status } }: Tried): boolean =>
  status !== 'UNREACHABLE' && status !== 'INVALID'
