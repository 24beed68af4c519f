import type { Reply } from '../http/reply.js'
import type { Answered, Asked, Authenticated, Fetch, Gathered, Located, Received } from './stage.js'

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
  /** Records a refusal and turns it into an answer: the only way out for everything that a step throws. */
  refuse(request: Received | Authenticated | Asked, refusal: unknown): Promise<Reply>
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
  let reached: Received | Authenticated | Asked = received
  let leave = () => {}
  try {
    const authenticated = await step.authenticate(received)
    reached = authenticated
    leave = await step.admit(authenticated)
    const asked = await step.plan(authenticated)
    reached = asked
    step.meet(asked)
    await step.bindAttest(asked)
    const answered = await step.run(asked)
    await step.audit(answered)
    return step.respond(answered)
  } catch (refusal) {
    // Not returned at once: a request is done when its refusal is recorded.
    return await step.refuse(reached, refusal)
  } finally {
    leave()
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
