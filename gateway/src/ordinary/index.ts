import type { Reply } from '../http/reply.js'
import type { Admitted, OrdinaryAnswered, OrdinaryAsked, OrdinaryReceived } from './stage.js'

/** The steps of a request to an ordinary graph: one without `sharing`, and so without patients. Wired in compose.ts. */
export interface OrdinarySteps {
  admit(request: OrdinaryReceived): Promise<Admitted>
  /** Whoever has had too much is refused; what it gives is called when the request is done. */
  enter(request: Admitted): Promise<() => void>
  read(request: Admitted): OrdinaryAsked
  run(request: OrdinaryAsked): Promise<OrdinaryAnswered>
  respond(answer: OrdinaryAnswered): Reply
  /** The only way out for everything that a step throws. */
  refuse(request: OrdinaryReceived | Admitted, refusal: unknown): Promise<Reply>
}

/** The line of an ordinary graph: admit → enter → read → run → respond. */
export async function handleOrdinary(
  step: OrdinarySteps,
  received: OrdinaryReceived,
): Promise<Reply> {
  let reached: OrdinaryReceived | Admitted = received
  let leave = () => {}
  try {
    const admitted = await step.admit(received)
    reached = admitted
    leave = await step.enter(admitted)
    return step.respond(await step.run(step.read(admitted)))
  } catch (refusal) {
    // Not returned at once: a request is done when its refusal is recorded.
    return await step.refuse(reached, refusal)
  } finally {
    leave()
  }
}
