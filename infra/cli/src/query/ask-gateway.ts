import { z } from 'zod'
import { CliError } from '../errors.js'
import { type Fetched, fetchFrom } from '../fetch-from.js'
import type { Question } from './read-question.js'
import type { SignedIn } from './sign-in.js'

/** Whole time for the gateway to answer (milliseconds): longer than it gives its slowest source. */
const TIMEOUT_MS = 60_000

const graphqlAnswer = z.looseObject({
  data: z.unknown(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        extensions: z.looseObject({ code: z.string().optional() }).optional(),
      }),
    )
    .default([]),
})

export interface Answer {
  /** HTTP status. */
  readonly status: number
  /** The body as it came, parsed. */
  readonly body: unknown
  /** What it says in GraphQL's terms. */
  readonly graphql: z.infer<typeof graphqlAnswer>
}

/** @throws CliError `SERVICE_UNREACHABLE`, `ANSWER_UNUSABLE` */
export async function askGateway(
  url: string,
  { query, variables, operationName }: Question,
  { token, proof }: SignedIn,
): Promise<Answer> {
  const body = Buffer.from(JSON.stringify({ query, variables, operationName }))
  const response = await fetchFrom('The gateway', url, (nonce) => ({
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      authorization: `DPoP ${token.value}`,
      dpop: proof.sign({
        ...{ method: 'POST', url, accessToken: token.value, body },
        ...(nonce !== undefined && { nonce }),
      }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }))
  return readAnswer(response)
}

function readAnswer({ status, text }: Fetched): Answer {
  try {
    const body: unknown = JSON.parse(text)
    return { status, body, graphql: graphqlAnswer.parse(body) }
  } catch (cause) {
    throw new CliError('ANSWER_UNUSABLE', {
      cause,
      text: `The gateway’s answer (HTTP status ${status}) is no GraphQL answer.`,
    })
  }
}
