import { withRegistry } from '../registry/with-registry.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import type { Answer } from './ask-gateway.js'
import type { Question } from './read-question.js'
import { verifyAnswer } from './verify-answer.js'

/** Compares an answer with what its sources signed, by the keys in the registry, and says what came of it on standard error. */
export async function tellVerified(
  answer: Answer,
  question: Question,
  { portBase }: { readonly portBase?: string },
  surroundings: Surroundings,
): Promise<boolean> {
  const { state } = await withRegistry(portBase, surroundings, ({ admin }) => admin.overview())
  const keys = state.organizations.map(({ number, pageKeys = [] }) => [number, pageKeys] as const)
  const { problems, pages, rows } = verifyAnswer(answer, question, new Map(keys))
  const { err } = surroundings
  const { red } = coloursFor(err)
  for (const problem of problems) err.write(`${red('kilde:')} ${problem}.\n`)
  if (problems.length > 0) return false
  err.write(`kilde: ${rows} rows are as ${pages} signed answers of sources have them.\n`)
  return true
}
