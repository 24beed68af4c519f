import { setTimeout as pause } from 'node:timers/promises'
import { redactNumbers } from '@kilde/service'
import { type Check, fail, type Level, type Outcome } from './check.js'
import type { Tester } from './tester.js'

/** What came of one check, and how long it took. */
export interface Checked {
  readonly id: string
  readonly level: Level
  readonly title: string
  readonly outcome: Outcome['outcome']
  readonly detail?: string
  readonly milliseconds: number
}

export interface RunOptions {
  readonly tester: Tester
  /** Longest time for one check (milliseconds). */
  readonly timeoutMs: number
  /** A clock that only goes forward (milliseconds). */
  readonly elapsed: () => number
  readonly progress?: (checked: Checked) => void
}

/** Runs checks one after the other: what one does must not be what another sees. */
export async function runChecks(
  checks: readonly Check[],
  { tester, timeoutMs, elapsed, progress }: RunOptions,
): Promise<readonly Checked[]> {
  const done: Checked[] = []
  for (const check of checks) {
    const from = elapsed()
    const outcome = await withinTime(check.run(tester), timeoutMs)
    const checked = checkedOf(check, outcome, Math.round(elapsed() - from))
    done.push(checked)
    progress?.(checked)
  }
  return done
}

function checkedOf({ id, level, title }: Check, outcome: Outcome, milliseconds: number): Checked {
  const detail = 'detail' in outcome ? { detail: redactNumbers(outcome.detail) } : {}
  return { id, level, title, outcome: outcome.outcome, ...detail, milliseconds }
}

async function withinTime(run: Promise<Outcome>, timeoutMs: number): Promise<Outcome> {
  const stop = new AbortController()
  const late = pause(timeoutMs, undefined, { signal: stop.signal, ref: false }).then(() =>
    fail(`not done within ${timeoutMs / 1000} seconds`),
  )
  // The losing side of the race is told to nobody.
  late.catch(() => undefined)
  try {
    return await Promise.race([run, late])
  } catch (error) {
    return fail(`the node could not be asked: ${reasonOf(error)}`)
  } finally {
    stop.abort()
  }
}

function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error & { readonly cause?: { readonly code?: unknown } }
  if (name === 'TimeoutError') return 'it did not answer in time'
  return typeof cause?.code === 'string' ? cause.code : message
}
