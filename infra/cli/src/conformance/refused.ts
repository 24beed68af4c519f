import { type Check, fail, type Level, type Outcome, verdict } from './check.js'
import { codeOf, hasData, named } from './read.js'
import type { Answer, Question, Tester } from './tester.js'

export interface Refusal {
  readonly id: string
  readonly level?: Level
  readonly title: string
  /** HTTP statuses by which it is refused. */
  readonly status: readonly number[]
  /** Codes, where the gateway tells them apart. Default: any. */
  readonly codes?: readonly string[]
  /** What must be refused, by name. */
  readonly attempts: (tester: Tester) => Readonly<Record<string, Question>>
}

/**
 * A check that a node refuses. Beside each refusal the same question is asked rightly: a node that refuses everybody has not
 * refused for the right reason.
 */
export const refusal = ({
  id,
  level = 'MUST',
  title,
  status,
  codes,
  attempts,
}: Refusal): Check => ({
  id,
  level,
  title,
  run: async (tester) => {
    const control = await rightAnswer(tester)
    if (control.status !== 200) return fail(`a right question is answered ${named(control)}`)
    const problems: (string | undefined)[] = []
    for (const [name, question] of Object.entries(attempts(tester))) {
      problems.push(problemOf(name, await tester.ask(question), status, codes))
    }
    return verdict(problems)
  },
})

/** What is wrong with how something was refused. */
export function problemOf(
  name: string,
  answer: Answer,
  status: readonly number[],
  codes?: readonly string[],
): string | undefined {
  if (hasData(answer)) return `${name}: data came (${named(answer)})`
  if (!status.includes(answer.status))
    return `${name}: ${named(answer)} instead of ${status.join(' or ')}`
  if (codes && !codes.includes(codeOf(answer)))
    return `${name}: ${named(answer)} instead of ${codes.join(' or ')}`
  return undefined
}

const rightAnswer = (tester: Tester): Promise<Answer> => tester.once('right', () => tester.ask())

/** Passes on what a node said to a question that is right. */
export async function answered(tester: Tester, question: Question): Promise<Answer | Outcome> {
  const answer = await tester.ask(question)
  return answer.status === 200 && hasData(answer)
    ? answer
    : fail(`a right question is answered ${named(answer)}`)
}

export const isOutcome = (value: Answer | Outcome): value is Outcome => 'outcome' in value
