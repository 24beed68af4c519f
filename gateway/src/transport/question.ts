import { randomBytes } from 'node:crypto'
import type { LocatedProvider } from '@kilde/catalogue'
import { identifierToken, type PatientIdentifier, patientDigest } from '@kilde/contract'
import { contextOf, operationDigest } from '@kilde/trust/context'
import type { RequestNumbers } from '../locate/request-numbers.js'
import type { MergePlan } from '../merge/merge-plan.js'
import { type Round, sourceVariables } from '../merge/source-request.js'
import type { Fetch } from '../path/stage.js'
import { bytesOf } from '../rows/scan-json.js'
import type { AskSource, SourceQuestion } from './ask-source.js'
import { passesSignature, type SignedPart, signedPart, tokenIn } from './signed-part.js'

/** How sources are asked, and in what time. */
export interface Asking {
  readonly ask: AskSource
  /** Time that is left for sources of a request (milliseconds). */
  readonly timeLeftMs: (fetch: Fetch) => number
  /** The patient's other numbers. Absent: nobody can tell. */
  readonly numbers?: RequestNumbers | undefined
}

/** How each merged field is asked of one source; undefined where it is not. */
export type Rounds = readonly (Round | undefined)[]

/**
 * What sources are asked: the same bytes for all that are asked the same, with the requester's own request for those that want
 * it. The salt is new each time, so that row cursors are no
 * lasting pseudonym.
 * @param timeoutMs time that is left for the sources
 * @param others the patient's other numbers: organisations get a digest of each, and no number that they do not know already
 */
export function createQuestions(
  fetch: Fetch,
  timeoutMs: number,
  others?: readonly PatientIdentifier[],
): (provider: LocatedProvider, rounds: Rounds) => SourceQuestion {
  const salt = randomBytes(16).toString('base64url')
  const digest = patientDigest(salt, identifierToken(fetch.asked.patient))
  const formerly = others?.map((one) => patientDigest(salt, identifierToken(one)))
  const made = new Map<string, SourceQuestion>()
  let request: SignedPart | undefined
  return (provider, rounds) => {
    const isSigned = passesSignature(fetch, provider)
    if (isSigned) request ??= signedPart(fetch)
    const key = `${isSigned} ${JSON.stringify(rounds)}`
    const context = { salt, digest, formerly, request: isSigned ? request : undefined }
    const question = made.get(key) ?? questionOf(fetch, rounds, context, timeoutMs)
    made.set(key, question)
    return question
  }
}

interface QuestionContext {
  readonly salt: string
  /** Salted digest of the patient. */
  readonly digest: string
  /** Of the patient's other numbers; undefined where they are not known. */
  readonly formerly: readonly string[] | undefined
  readonly request: SignedPart | undefined
}

function questionOf(
  fetch: Fetch,
  rounds: Rounds,
  { salt, digest, formerly, request }: QuestionContext,
  timeoutMs: number,
): SourceQuestion {
  const { asked, plan, fields } = fetch
  const { text: query, fields: within } = queryFor(plan, rounds)
  const variables = {
    ...sourceVariables(plan, fields, rounds, asked.patient, fetch.variables, within),
    ...(request && endsOf(plan, fields)),
  }
  const context = { salt, deadlineMs: timeoutMs, patient: digest, ...contextIn(fetch, query) }
  const extensions = {
    kilde: { ...context, ...(formerly && { formerly }), ...(request && { request }) },
  }
  return {
    plan,
    body: Buffer.from(JSON.stringify({ query, variables, extensions })),
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
    patient: asked.patient,
    subjectToken: tokenIn(asked),
    timeoutMs,
    signal: asked.signal,
    ...(asked.evidence && { evidence: asked.evidence }),
  }
}

/** Under a signature a list may not be asked for one row more; how far it was told is asked instead. */
const endsOf = (
  { names }: Fetch['plan'],
  fields: Fetch['fields'],
): Readonly<Record<string, true>> =>
  Object.fromEntries(
    fields.flatMap(({ list }, index) => (list ? [[names.of('end', index), true] as const] : [])),
  )

/** Rows that a source may send for each code of a `latest` field (contract, `LatestObservation.edges`). */
const MOST_LATEST = 8

/** The rest of the signed context: the proof signs it, by the digest of the body that it stands in. */
function contextIn({ asked: { requester, traceparent }, plan }: Fetch, query: string) {
  return {
    ...contextOf(requester),
    operation: operationOf(plan, query),
    ...(traceparent !== undefined && { traceparent }),
  }
}

/** The operation with all the fields that are asked for, and no more where it is asked in several. */
function queryFor(
  { sourceQuery, apart }: MergePlan,
  rounds: Rounds,
): { readonly text: string; readonly fields?: ReadonlySet<number> } {
  const own = apart.find(({ fields }) =>
    rounds.every((round, index) => !round || fields.has(index)),
  )
  return own ?? { text: sourceQuery }
}

const operations = new WeakMap<MergePlan, Map<string, string>>()

/** Once for each plan: every request of it asks sources the same operations. */
function operationOf(plan: MergePlan, query: string): string {
  const known = operations.get(plan) ?? new Map<string, string>()
  operations.set(plan, known)
  const digest = known.get(query) ?? operationDigest(query)
  known.set(query, digest)
  return digest
}
