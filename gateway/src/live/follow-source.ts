import { setTimeout as pause } from 'node:timers/promises'
import type { LocatedProvider } from '@kilde/catalogue'
import { answerOf, createBackoff, readEvents, type StreamEvent } from '@kilde/feed'
import { createNonceKeeper, type ProofSigner } from '@kilde/trust'
import { type Dispatcher, request } from 'undici'
import type { SourceQuestion } from '../transport/ask-source.js'
import { InvalidAnswer } from '../transport/invalid-answer.js'
import { readResponse } from '../transport/read-response.js'
import { type Outcome, refusalOf } from '../transport/refusal.js'
import { UnreadableAnswer } from '../transport/source-fault.js'
import type { SourceTokens } from '../transport/source-tokens.js'
import type { Told } from './told.js'
import { withinRate } from './within-rate.js'

export interface FollowParts {
  readonly dispatcher: Dispatcher
  readonly tokens: SourceTokens
  readonly proof: Pick<ProofSigner, 'sign'>
  /** Largest event of a source (bytes), and most that it sends in a minute. */
  readonly maxBytes: number
  readonly random: () => number
}

export interface SourceToFollow {
  readonly provider: LocatedProvider
  /** What is asked now: with a token that was renewed, where it was. */
  readonly question: () => SourceQuestion
  readonly told: Told
  readonly signal: AbortSignal
}

/** How long a connection may be silent: a node says every five seconds that it is there (milliseconds). */
export const SILENCE_MS = 20_000

/**
 * Follows one source over one connection after the other, and tells what becomes of it. Never rejects. A source that refuses, or sends what
 * cannot be used, is not asked again: nothing but its own status changes.
 */
export async function followSource(parts: FollowParts, source: SourceToFollow): Promise<void> {
  const { told, signal, provider } = source
  const backoff = createBackoff(parts.random)
  while (!signal.aborted) {
    const outcome = await connect(parts, source, () => backoff.reset())
    if (signal.aborted) return
    if (outcome !== 'AGAIN') {
      const { status, reason } = outcome
      told.stand({ organization: provider.number, status, reason })
      if (status === 'REFUSED' || status === 'INVALID') return
    }
    await pause(backoff.next(), undefined, { signal }).catch(() => undefined)
  }
}

type Ended = Outcome | 'AGAIN'

async function connect(
  parts: FollowParts,
  source: SourceToFollow,
  onContact: () => void,
): Promise<Ended> {
  try {
    const question = source.question()
    const response = await open(parts, source, question)
    if (response.statusCode === 404) return { status: 'REFUSED', reason: 'NOT_OFFERED' }
    if (response.statusCode !== 200) return refused(response, source)
    const bytes = withinRate(response.body, parts.maxBytes)
    for await (const event of readEvents(bytes, parts.maxBytes, faults)) {
      onContact()
      const ended = await take(event, source, question)
      if (ended) {
        response.body.destroy()
        return ended
      }
    }
    return LOST
  } catch (fault) {
    if (fault instanceof InvalidAnswer || fault instanceof UnreadableAnswer)
      return { status: 'INVALID', reason: fault.reason }
    return fault instanceof NoToken ? { status: 'UNREACHABLE', reason: 'TOKEN_UNAVAILABLE' } : LOST
  }
}

const LOST: Outcome = { status: 'UNREACHABLE', reason: 'CONNECTION_FAILED' }

class NoToken extends Error {}

/** An event that is larger than it may be. */
const faults = { unreachable: () => new UnreadableAnswer('RESPONSE_TOO_LARGE') as never }

async function open(
  { dispatcher, tokens, proof }: FollowParts,
  { provider, told, signal }: SourceToFollow,
  asked: SourceQuestion,
): Promise<Dispatcher.ResponseData> {
  const { value: token } = await tokens
    .tokenFor(asked, provider.audience, signal)
    .catch((cause: unknown) => {
      throw new NoToken('no token', { cause })
    })
  const url = `${provider.endpoint}/live`
  const body = withPlace(asked.body, told.placeOf(provider))
  const nonces = createNonceKeeper()
  const { response } = await nonces.send(async (nonce) =>
    answerOf(
      await request(url, {
        ...{ method: 'POST', dispatcher, signal, body },
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `DPoP ${token}`,
          dpop: proof.sign({
            ...{ method: 'POST', url, accessToken: token, body },
            ...(nonce !== undefined && { nonce }),
          }),
        },
      }),
    ),
  )
  return response
}

/** The question as it is, and where the stream goes on. */
function withPlace(body: Uint8Array, after: string | undefined): Buffer {
  const said = JSON.parse(Buffer.from(body).toString('utf8')) as {
    extensions: { kilde: object }
  }
  const live = after === undefined ? {} : { after }
  const extensions = { kilde: { ...said.extensions.kilde, live } }
  return Buffer.from(JSON.stringify({ ...said, extensions }))
}

const MAX_REFUSAL_BYTES = 65_536

async function refused(
  response: Dispatcher.ResponseData,
  { provider, told }: SourceToFollow,
): Promise<Ended> {
  const chunks: Buffer[] = []
  for await (const chunk of withinRate(response.body, MAX_REFUSAL_BYTES)) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (codeIn(body) === 'LIVE_CURSOR_INVALID' && told.placeOf(provider) !== undefined) {
    // What came in since its place is not told: that something may be missing is.
    told.forget(provider.number)
    return 'AGAIN'
  }
  return refusalOf({ status: response.statusCode, body })
}

/** @returns how the stream has ended, where it has */
async function take(
  { event, data, id }: StreamEvent,
  { provider, told }: SourceToFollow,
  question: SourceQuestion,
): Promise<Ended | undefined> {
  const place = id !== undefined && id.length <= 64 ? id : undefined
  const body = Buffer.from(data)
  if (event === 'answer') {
    const expected = { ...question.expected, organization: provider.number }
    const outcome = readResponse({ status: 200, body }, expected)
    const pages = (outcome.pages ?? []).map((page) => ({ ...page, hasNextPage: false }))
    const { number: organization } = provider
    const answer = { organization, reason: undefined, elapsedMs: undefined, ...outcome, pages }
    await told.answer(answer, place)
    return undefined
  }
  if (event === 'alive') told.passed(provider.number, place)
  if (event !== 'end') return undefined
  const code = codeIn(body)
  if (code === 'LIVE_EXPIRED') return 'AGAIN'
  return refusalOf({ status: code === 'LIVE_STOPPING' ? 503 : 403, body })
}

function codeIn(body: Buffer): unknown {
  try {
    const said = JSON.parse(body.toString('utf8')) as {
      errors?: readonly { extensions?: { code?: unknown } }[]
    }
    return said.errors?.[0]?.extensions?.code
  } catch {
    return undefined
  }
}
