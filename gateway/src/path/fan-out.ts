import { randomBytes } from 'node:crypto'
import type { LocatedProvider } from '@kilde/catalogue'
import { identifierToken } from '@kilde/contract'
import { sourceVariables } from '../merge/source-request.js'
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
    const question = questionOf(fetch, options.sourceTimeoutMs)
    const only = sourcesChosen(fetch)
    const answers = await Promise.all(
      located.providers.map(
        async (provider) => notAsked(provider, only) ?? options.ask(provider, question),
      ),
    )
    fetch.asked.trail.note(answers, fetch.plan.fields)
    return { ...located, answers }
  }
}

/** Organisations that at least one field asks; undefined for all. */
function sourcesChosen({ fields }: Fetch): ReadonlySet<string> | undefined {
  const chosen = fields.map(({ args }) => args.sources)
  return chosen.some((sources) => sources === undefined)
    ? undefined
    : new Set(chosen.flatMap((sources) => [...(sources ?? [])]))
}

function notAsked(
  provider: LocatedProvider,
  only: ReadonlySet<string> | undefined,
): SourceAnswer | undefined {
  const reason =
    only && !only.has(provider.number)
      ? 'EXCLUDED'
      : provider.state === 'ACTIVE'
        ? undefined
        : provider.state
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

/** What every source gets: the same bytes. The salt is new for each fetch, so that row cursors are no lasting pseudonym. */
function questionOf(fetch: Fetch, timeoutMs: number): SourceQuestion {
  const { asked, plan, fields } = fetch
  const salt = randomBytes(16).toString('base64url')
  const variables = sourceVariables(plan, fields, asked.patient, fetch.variables)
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
      salt,
      patientToken: identifierToken(asked.patient),
      fields: fields.map(({ args, state, rows }) => ({
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
