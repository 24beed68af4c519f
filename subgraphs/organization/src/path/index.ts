import type {
  Asked,
  AskedOfContract,
  Attributed,
  Audited,
  Identified,
  Minimised,
  Permitted,
  Read,
  Received,
  Reply,
  Verified,
} from './stage.js'

/** The steps of a question, wired in compose.ts. */
export interface Steps {
  verifyToken(request: Received): Promise<Verified>
  verifyContext(request: Verified): Promise<Attributed>
  understand(request: Attributed): Promise<Asked | AskedOfContract>
  bindAttest(request: Asked): Promise<void>
  identify(request: Asked): Promise<Identified>
  policy(request: Identified): Promise<Permitted>
  read(request: Permitted): Promise<Read>
  minimise(request: Read): Minimised
  audit(request: Minimised): Promise<Audited>
  respond(request: Audited): Reply
  /** Tells the contract itself; nothing of a patient is touched. */
  describe(request: AskedOfContract): Reply
  /** Records a refusal and answers it: the only way out for everything that a step throws. */
  refuse(reached: Received | Verified | Asked, refusal: unknown): Promise<Reply>
}

/**
 * The path of a question at an organisation: verify token (and signed context, then understand) → bind attest → identify → policy → read →
 * minimise → audit → respond.
 * Nothing is read before policy permits it, and nothing leaves before its record is durable.
 */
export async function handle(step: Steps, received: Received): Promise<Reply> {
  let reached: Received | Verified | Asked = received
  try {
    const verified = await step.verifyToken(received)
    reached = verified
    const attributed = await step.verifyContext(verified)
    const asked = await step.understand(attributed)
    if (isOfContract(asked)) return step.describe(asked)
    reached = asked
    await step.bindAttest(asked)
    const identified = await step.identify(asked)
    const permitted = await step.policy(identified)
    const read = await step.read(permitted)
    const minimised = step.minimise(read)
    const audited = await step.audit(minimised)
    return step.respond(audited)
  } catch (refusal) {
    return step.refuse(reached, refusal)
  }
}

const isOfContract = (asked: Asked | AskedOfContract): asked is AskedOfContract =>
  asked.question.about === 'contract'
