import type { Tester } from './tester.js'

/** RFC 2119: a node that fails a MUST cannot be merged safely; a SHOULD has reasons that it may have better ones against. */
export type Level = 'MUST' | 'SHOULD'

/** What came of one check. `detail` says what was seen, never with a person's number in it. */
export type Outcome =
  | { readonly outcome: 'PASS' }
  | { readonly outcome: 'FAIL' | 'NOT_APPLICABLE'; readonly detail: string }

/** One rule of docs/node-specification.md, as something to be tried at a node. */
export interface Check {
  /** Number of the rule, e.g. `N-TOK-3`. */
  readonly id: string
  readonly level: Level
  /** What holds where it passes. */
  readonly title: string
  readonly run: (tester: Tester) => Promise<Outcome>
}

export const pass: Outcome = { outcome: 'PASS' }
export const fail = (detail: string): Outcome => ({ outcome: 'FAIL', detail })
export const notApplicable = (detail: string): Outcome => ({ outcome: 'NOT_APPLICABLE', detail })

/** Passes where nothing is wrong; else tells the first few things that are. */
export function verdict(problems: readonly (string | false | undefined)[]): Outcome {
  const real = problems.filter((one) => typeof one === 'string')
  const more = real.length - MOST_PROBLEMS
  const told = real.slice(0, MOST_PROBLEMS).join('; ')
  if (real.length === 0) return pass
  return fail(more > 0 ? `${told}; and ${more} more` : told)
}

const MOST_PROBLEMS = 3
