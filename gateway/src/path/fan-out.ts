import { randomBytes } from 'node:crypto'
import type { LocatedProvider } from '@kilde/catalogue'
import { identifierToken, patientDigest } from '@kilde/contract'
import { fieldsAskedOf, sourceVariables } from '../merge/source-request.js'
import type { AskSource, SourceQuestion } from '../transport/ask-source.js'
import type { SourceAnswer } from '../transport/source-answer.js'
import type { Fetch, Gathered, Located } from './stage.js'

export interface FanOutOptions {
  readonly ask: AskSource
  /** Whole time for one source (milliseconds). */
  readonly sourceTimeoutMs: number
}

/**
 * Asks every located source at once, each with its own token, proof and deadline. Never all-or-nothing: whatever happens to
 * one becomes its status, and there is one answer for each located source.
 */
export function createFanOut(
  options: FanOutOptions,
): (fetch: Fetch, located: Located) => Promise<Gathered> {
  return async (fetch, located) => {
    // Only the handle was asked for: nobody needs to know.
    if (fetch.plan.unions.length === 0) return { ...located, answers: [] }
    const questionFor = questions(fetch, options.sourceTimeoutMs)
    const answers = await Promise.all(
      located.providers.map(async (provider) => {
        const asks = fieldsAskedOf(provider.number, fetch.fields)
        return notAsked(provider, asks) ?? options.ask(provider, questionFor(asks))
      }),
    )
    fetch.asked.trail.note(answers, fetch.plan.fields)
    return { ...located, answers }
  }
}

function notAsked(provider: LocatedProvider, asks: readonly boolean[]): SourceAnswer | undefined {
  const chosen = asks.some(Boolean)
  const reason = !chosen ? 'EXCLUDED' : provider.state === 'ACTIVE' ? undefined : provider.state
  return reason === undefined
    ? undefined
    : {
        organization: provider.number,
        status: 'NOT_ASKED',
        reason,
        elapsedMs: undefined,
        pages: [],
      }
}

/**
 * What sources are asked: the same bytes for all that are asked the same fields, a field less for those that are not. The
 * salt is new for each fetch, so that row cursors are no lasting pseudonym.
 */
function questions(fetch: Fetch, timeoutMs: number): (asks: readonly boolean[]) => SourceQuestion {
  const salt = randomBytes(16).toString('base64url')
  const digest = patientDigest(salt, identifierToken(fetch.asked.patient))
  const made = new Map<string, SourceQuestion>()
  return (asks) => {
    const key = asks.join()
    const question = made.get(key) ?? questionOf(fetch, asks, { salt, digest }, timeoutMs)
    made.set(key, question)
    return question
  }
}

function questionOf(
  fetch: Fetch,
  asks: readonly boolean[],
  { salt, digest }: { readonly salt: string; readonly digest: string },
  timeoutMs: number,
): SourceQuestion {
  const { asked, plan, fields } = fetch
  const variables = sourceVariables(plan, fields, asks, asked.patient, fetch.variables)
  const kilde = {
    salt,
    purpose: asked.requester.purpose,
    deadlineMs: timeoutMs,
    ...(asked.requester.kind === 'professional'
      ? { decisionRef: asked.requester.attest.decisionRef.id }
      : {}),
    ...(asked.traceparent === undefined ? {} : { traceparent: asked.traceparent }),
  }
  return {
    plan,
    body: Buffer.from(
      JSON.stringify({ query: plan.sourceQuery, variables, extensions: { kilde } }),
    ),
    expected: {
      plan,
      variables: fetch.variables,
      patientDigest: digest,
      fields: fields.map(({ args, state, rows }, index) => ({
        asked: asks[index] ?? false,
        order: args.order,
        most: Math.max(1, rows) + 1,
        after: state?.boundary,
      })),
    },
    requester: asked.requester,
    subjectToken: (asked.authorization ?? '').replace(/^\S+ +/, ''),
    timeoutMs,
    signal: asked.signal,
  }
}
