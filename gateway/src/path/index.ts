import type { Reply } from '../http/reply.js'
import { completeEvent, type EventReply, nextEvent, withPending } from '../live/events.js'
import { type Part, Progress } from '../live/progress.js'
import type { Answered, Asked, Authenticated, Fetch, Gathered, Located, Received } from './stage.js'
import { type SubscribeSteps, subscribe } from './subscribe.js'

/** The steps of a request, wired in compose.ts. */
export interface Steps {
  authenticate(request: Received): Promise<Authenticated>
  /** Whoever has had too much is refused; what it gives is called when the request is done. */
  admit(request: Authenticated): Promise<() => void>
  plan(request: Authenticated): Promise<Asked>
  /** Whoever goes through many patients is refused. */
  meet(request: Asked): void
  bindAttest(request: Asked): Promise<void>
  run(request: Asked): Promise<Answered>
  audit(answer: Answered): Promise<void>
  respond(answer: Answered): Reply
  /** Lets a stream go on by this request's token. */
  renew?(request: Asked, stream: string): Reply
  /** Records a refusal and turns it into an answer: the only way out for everything that a step throws. */
  refuse(request: Received | Authenticated | Asked, refusal: unknown): Promise<Reply>
}

/** The steps of an answer that comes source by source, besides those of every request. */
export interface StreamSteps extends Steps {
  /** Takes a place among the streams; what it gives is called when the stream is over. */
  open(request: Authenticated): () => void
  /** A part of the answer, as JSON. */
  merge(fetch: Fetch, gathered: Gathered): Promise<Buffer>
  auditPart(request: Asked, part: Part): Promise<void>
  /** Parts that are sent ahead of the whole at most. */
  readonly parts: number
  readonly subscription: SubscribeSteps
}

/** The steps of one fetch of the `sharing` subgraph, which is done inside `run`. */
export interface FetchSteps {
  locate(fetch: Fetch): Located | Promise<Located>
  /** @throws GatewayError where it would cost too much to ask all of them */
  afford(fetch: Fetch, located: Located): void
  fanOut(fetch: Fetch, located: Located): Promise<Gathered>
  /** A second round, only of those whose page ran out ahead of the merged page's end. */
  askAgain(fetch: Fetch, gathered: Gathered): Promise<Gathered>
  /** The fetch's `data` as JSON. */
  merge(fetch: Fetch, gathered: Gathered): Promise<Buffer>
}

/**
 * The outer line, once for each request: authenticate → admit → plan → meet → bind attest → run → audit → respond.
 * Nothing leaves before its audit record is durable; Apollo never sees a caller who was not authenticated.
 */
export async function handle(step: Steps, received: Received): Promise<Reply> {
  const way: Way = { reached: received, leave: () => {} }
  try {
    const asked = await ask(step, received, way)
    if (asked.renews !== undefined && step.renew) return step.renew(asked, asked.renews)
    const answered = await step.run(asked)
    await step.audit(answered)
    return step.respond(answered)
  } catch (refusal) {
    // Not returned at once: a request is done when its refusal is recorded.
    return await step.refuse(way.reached, refusal)
  } finally {
    way.leave()
  }
}

/** How far a request came, and what is to be called when it is done. */
interface Way {
  reached: Received | Authenticated | Asked
  leave: () => void
}

async function ask(step: Steps, received: Received, way: Way): Promise<Asked> {
  const authenticated = await step.authenticate(received)
  way.reached = authenticated
  way.leave = await step.admit(authenticated)
  const asked = await step.plan(authenticated)
  way.reached = asked
  step.meet(asked)
  await step.bindAttest(asked)
  return asked
}

/**
 * The same line for an answer that comes source by source: each part is on the record before it leaves, and the last event is the
 * whole answer. Where it is refused before anything has left, the refusal is answered alone.
 */
export async function handleStream(
  step: StreamSteps,
  received: Received,
): Promise<Reply | EventReply> {
  const way: Way = { reached: received, leave: () => {} }
  try {
    const asked = await ask(step, received, way)
    const fetch = asked.operation.isSubscription
      ? step.subscription.prepareStream(asked)
      : undefined
    const close = step.open(asked)
    const leave = once(() => {
      close()
      way.leave()
    })
    // A client that has left before its first event was made is told of by nothing else: events that nobody takes never begin.
    if (asked.signal.aborted) leave()
    else asked.signal.addEventListener('abort', leave, { once: true })
    const events = fetch
      ? subscribe(step.subscription, fetch, leave)
      : sourceBySource(step, asked, leave)
    return { events }
  } catch (refusal) {
    const reply = await step.refuse(way.reached, refusal)
    way.leave()
    return reply
  }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

async function* sourceBySource(
  step: StreamSteps,
  asked: Asked,
  leave: () => void,
): AsyncGenerator<string> {
  const progress = new Progress(step.parts)
  const running = step.run({ ...asked, progress }).finally(() => progress.end())
  // Whoever fails while a part is on its way is met below.
  running.catch(() => undefined)
  let isRecorded = false
  try {
    for await (const part of progress.parts()) {
      const result = await step.merge(part.fetch, part.gathered)
      await step.auditPart(asked, part)
      yield nextEvent(withPending(result, part.pending))
    }
    const answered = await running
    isRecorded = true
    await step.audit(answered)
    yield nextEvent(step.respond(answered).body)
    yield completeEvent
  } catch (refusal) {
    isRecorded = true
    yield nextEvent((await step.refuse(asked, refusal)).body)
    yield completeEvent
  } finally {
    // The client has left amid the parts: what the sources were asked stands on the record all the same.
    if (!isRecorded) await recordLeft(step, asked, running)
    leave()
  }
}

async function recordLeft(step: Steps, asked: Asked, running: Promise<Answered>): Promise<void> {
  try {
    await step.audit(await running)
  } catch (refusal) {
    await step.refuse(asked, refusal)
  }
}

/** The inner line, once for each fetch: locate → afford → fan out → merge. A failed source is a value with a status. */
export async function answer(step: FetchSteps, fetch: Fetch): Promise<Buffer> {
  const located = await step.locate(fetch)
  step.afford(fetch, located)
  const gathered = await step.fanOut(fetch, located)
  const whole = await step.askAgain(fetch, gathered)
  return step.merge(fetch, whole)
}
