import { readDemo } from '../demo.js'
import type { ExitCode } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { findPersona } from '../personas.js'
import type { Surroundings } from '../surroundings.js'
import { askGateway } from './ask-gateway.js'
import { graphqlAddress } from './graphql-address.js'
import { judgeAnswer } from './judge-answer.js'
import { type QuestionOptions, readQuestion } from './read-question.js'
import { signIn } from './sign-in.js'

export interface QueryOptions extends QuestionOptions {
  /** Key of a persona. */
  readonly as: string
  /** Base URL of a gateway, or its GraphQL address. Default: the running demo's. */
  readonly endpoint?: string
  readonly portBase?: string
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
  const answer = await askGateway(elsewhere ?? graphqlAddress(demo.gateway), question, signedIn)
  surroundings.out.write(`${formatJson(answer.body)}\n`)
  return judgeAnswer(answer, question, surroundings.err)
}
