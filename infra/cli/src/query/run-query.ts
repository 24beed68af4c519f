import { readDemo } from '../demo.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { findPersona } from '../personas.js'
import type { Surroundings } from '../surroundings.js'
import { askGateway } from './ask-gateway.js'
import { graphqlAddress } from './graphql-address.js'
import { judgeAnswer } from './judge-answer.js'
import { type QuestionOptions, readQuestion } from './read-question.js'
import { signIn } from './sign-in.js'
import { tellVerified } from './tell-verified.js'

export interface QueryOptions extends QuestionOptions {
  /** Key of a persona. */
  readonly as: string
  /** Base URL of a gateway, or its GraphQL address. Default: the running demo's. */
  readonly endpoint?: string
  readonly portBase?: string
  /** Whether the answer is compared with what its sources signed. */
  readonly verify?: true
}

/** Asks the gateway as a persona, prints its answer, and tells by the exit code whether it is complete. */
export async function runQuery(
  options: QueryOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const persona = findPersona(options.as)
  const question = await readQuestion(options, surroundings)
  const elsewhere = options.endpoint === undefined ? undefined : graphqlAddress(options.endpoint)
  const demo = await readDemo(options.portBase, surroundings)
  const signedIn = await signIn(persona, demo, surroundings)
  const address = elsewhere ?? graphqlAddress(demo.gateway)
  const answer = await askGateway(address, question, signedIn, options.verify)
  surroundings.out.write(`${formatJson(answer.body)}\n`)
  const judged = judgeAnswer(answer, question, surroundings.err)
  if (!options.verify || judged === exitCodes.failed) return judged
  return (await tellVerified(answer, question, options, surroundings)) ? judged : exitCodes.failed
}
