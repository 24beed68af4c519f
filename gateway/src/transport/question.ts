import { randomBytes } from 'node:crypto'
import { identifierToken, patientDigest } from '@kilde/contract'
import { type Round, sourceVariables } from '../merge/source-request.js'
import type { Fetch } from '../path/stage.js'
import { bytesOf } from '../rows/scan-json.js'
import type { AskSource, SourceQuestion } from './ask-source.js'

/** How sources are asked, and in what time. */
export interface Asking {
  readonly ask: AskSource
  /** Time that is left for sources of a request (milliseconds). */
  readonly timeLeftMs: (fetch: Fetch) => number
}

/** How each merged field is asked of one source; undefined where it is not. */
export type Rounds = readonly (Round | undefined)[]

/**
 * What sources are asked: the same bytes for all that are asked the same. The salt is new each time, so that row cursors are no
 * lasting pseudonym.
 * @param timeoutMs time that is left for the sources
 */
export function createQuestions(
  fetch: Fetch,
  timeoutMs: number,
): (rounds: Rounds) => SourceQuestion {
  const salt = randomBytes(16).toString('base64url')
  const digest = patientDigest(salt, identifierToken(fetch.asked.patient))
  const made = new Map<string, SourceQuestion>()
  return (rounds) => {
    const key = JSON.stringify(rounds)
    const question = made.get(key) ?? questionOf(fetch, rounds, { salt, digest }, timeoutMs)
    made.set(key, question)
    return question
  }
}

function questionOf(
  fetch: Fetch,
  rounds: Rounds,
  { salt, digest }: { readonly salt: string; readonly digest: string },
  timeoutMs: number,
): SourceQuestion {
  const { asked, plan, fields } = fetch
  const variables = sourceVariables(plan, fields, rounds, asked.patient, fetch.variables)
  const extensions = { kilde: { salt, deadlineMs: timeoutMs, ...groundOf(fetch) } }
  return {
    plan,
    body: Buffer.from(JSON.stringify({ query: plan.sourceQuery, variables, extensions })),
    expected: {
      plan,
      patientDigest: digest,
      digest: bytesOf(digest),
      fields: fields.map(({ args, list }, index) => {
        const round = rounds[index]
        return {
          asked: round !== undefined,
          args,
          newestFirst: list?.newestFirst ?? true,
          most: list ? (round?.first ?? 0) : MOST_LATEST,
          after: round?.after,
        }
      }),
    },
    requester: asked.requester,
    subjectToken: (asked.authorization ?? '').replace(/^\S+ +/, ''),
    timeoutMs,
    signal: asked.signal,
  }
}

/** Rows that a source may send for each code of a `latest` field (contract, `LatestObservation.edges`). */
const MOST_LATEST = 8

function groundOf({ asked: { requester, traceparent } }: Fetch) {
  return {
    purpose: requester.purpose,
    ...(requester.kind === 'professional' && { decisionRef: requester.attest.decisionRef.id }),
    ...(traceparent !== undefined && { traceparent }),
  }
}
