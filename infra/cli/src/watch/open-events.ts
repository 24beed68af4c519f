import { readEvents, type StreamEvent } from '@kilde/feed'
import { createNonceKeeper } from '@kilde/trust'
import { CliError } from '../errors.js'
import type { Question } from '../query/read-question.js'
import type { SignedIn } from '../query/sign-in.js'

/** Largest event (bytes). */
const MAX_BYTES = 64_000_000

/**
 * Asks for a stream with a real token and proof.
 * @throws CliError `SERVICE_UNREACHABLE`, `ANSWER_UNUSABLE`
 */
export async function openEvents(
  url: string,
  { query, variables, operationName }: Question,
  { token, proof }: SignedIn,
): Promise<AsyncIterable<StreamEvent>> {
  const body = Buffer.from(JSON.stringify({ query, variables, operationName }))
  const send = (nonce: string | undefined): Promise<Response> =>
    fetch(url, {
      ...{ method: 'POST', redirect: 'error', body },
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `DPoP ${token.value}`,
        dpop: proof.sign({
          ...{ method: 'POST', url, accessToken: token.value, body },
          ...(nonce !== undefined && { nonce }),
        }),
      },
    })
  const response = await createNonceKeeper()
    .send(send)
    .catch((cause: unknown) => {
      throw new CliError('SERVICE_UNREACHABLE', { cause, text: 'The gateway cannot be reached.' })
    })
  if (response.status !== 200 || !response.body) {
    const text = `The gateway gave no stream (HTTP status ${response.status}): ${(await response.text()).slice(0, 500)}`
    throw new CliError('ANSWER_UNUSABLE', { text })
  }
  const unreachable = () => new CliError('ANSWER_UNUSABLE', { text: 'An event is too large.' })
  return readEvents(response.body, MAX_BYTES, { unreachable })
}
