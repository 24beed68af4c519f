import { z } from 'zod'
import { CliError } from '../errors.js'
import { type Fetched, fetchFrom } from '../fetch-from.js'
import type { Question } from './read-question.js'
import type { SignedIn } from './sign-in.js'

/** Whole time for the gateway to answer (milliseconds): longer than it gives its slowest source. */
const TIMEOUT_MS = 60_000

const graphqlAnswer = z.looseObject({
  data: z.unknown().optional(),
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
  /** The requester's signature over the request that it answers. */
  readonly signature: string
}

/**
 * Asks, signed by the key that the token is bound to (docs/signed-requests.md).
 * @param wantsPages also what the sources signed, to see that nothing was altered on the way
 * @throws CliError `SERVICE_UNREACHABLE`, `ANSWER_UNUSABLE`
 */
export async function askGateway(
  url: string,
  { query, variables, operationName }: Question,
  { token, proof }: SignedIn,
  wantsPages = false,
): Promise<Answer> {
  const extensions = wantsPages ? { kilde: { pages: true } } : undefined
  const body = Buffer.from(JSON.stringify({ query, variables, operationName, extensions }))
  const signature = proof.signRequest({ body, accessToken: token.value })
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
      'kilde-signature': signature,
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }))
  return { ...readAnswer(response), signature }
}

function readAnswer({ status, text }: Fetched): Omit<Answer, 'signature'> {
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
