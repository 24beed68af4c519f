import { OrganizationError } from '../errors.js'
import type { Steps } from '../path/index.js'
import type { Asked, Identified, Received, Reply, StreamMark, Verified } from '../path/stage.js'
import type { OpenStream } from './open-stream.js'

/** The steps of a stream: those of a question, for each thing that is new. */
export interface LiveSteps extends Steps {
  open(request: Asked): OpenStream
  /** Ends all streams, with the reason that they are told. */
  readonly stopping: AbortSignal
  readonly now: () => number
  /** Something is sent at least as often (milliseconds). */
  readonly aliveMs: number
}

/** A stream of events. */
export interface LiveReply {
  readonly events: AsyncIterable<string>
}

/**
 * The path of a stream: verified and decided like a question before it begins, and then again for each thing that is new: policy → read →
 * minimise → audit → respond. A block, consent or rule that changes meanwhile holds for the very next row.
 */
export async function handleLive(step: LiveSteps, received: Received): Promise<Reply | LiveReply> {
  let reached: Received | Verified | Asked = received
  try {
    const verified = await step.verifyToken(received)
    reached = verified
    const attributed = await step.verifyContext(verified)
    const asked = await step.understand(attributed)
    if (asked.question.about === 'contract') throw new OrganizationError('REQUEST_MALFORMED')
    const request = asked as Asked
    reached = request
    await step.bindAttest(request)
    const identified = await step.identify(request)
    // Rows under several numbers are put together for one page, which a stream would lose its place in.
    if (identified.person.followed.length > 1) throw new OrganizationError('LIVE_NOT_OFFERED')
    await step.policy(identified)
    const stream = step.open(request)
    // Events that nobody takes never begin, and so never end by themselves.
    request.signal.addEventListener('abort', () => stream.leave(), { once: true })
    return { events: follow(step, identified, stream) }
  } catch (refusal) {
    return step.refuse(reached, refusal)
  }
}

async function* follow(
  step: LiveSteps,
  asked: Identified,
  stream: OpenStream,
): AsyncGenerator<string> {
  const ending = AbortSignal.any([asked.signal, step.stopping])
  let isFirst = true
  try {
    while (!ending.aborted) {
      if (step.now() >= stream.endsAtMs) throw new OrganizationError('LIVE_EXPIRED')
      const place = stream.turn()
      let told = 0
      do {
        const mark = isFirst ? 'STREAM_STARTED' : undefined
        const answer = await answerOf(step, asked, stream, mark)
        if (answer) yield eventOf('answer', answer, stream.turnPage() ? undefined : place)
        if (answer) told += 1
        isFirst = false
      } while (stream.turnPage())
      if (told === 0) yield eventOf('alive', '{}', place)
      const leftMs = Math.max(1, stream.endsAtMs - step.now())
      await stream.wait(Math.min(step.aliveMs, leftMs), ending)
    }
    if (step.stopping.aborted) throw new OrganizationError('LIVE_STOPPING')
  } catch (refusal) {
    yield eventOf('end', (await step.refuse(asked, refusal)).body)
  } finally {
    stream.leave()
  }
}

/** The next page of what is new, as it leaves; undefined where there is nothing that this requester may be shown. */
async function answerOf(
  step: LiveSteps,
  asked: Identified,
  stream: OpenStream,
  mark: StreamMark | undefined,
): Promise<string | undefined> {
  const permitted = await step.policy(asked)
  const minimised = step.minimise(await stream.read(permitted))
  if (!mark && minimised.items.length === 0) return undefined
  const audited = await step.audit(mark ? { ...minimised, mark } : minimised)
  return step.respond(audited).body
}

const eventOf = (event: string, data: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`
