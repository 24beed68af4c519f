import type { MergePlan } from '../merge/merge-plan.js'
import type { Rounds } from './question.js'
import { EXCLUDED_PAGE, hasAnswered, type SourceAnswer } from './source-answer.js'

/** What one source is asked, as the questions in which its plan asks it. */
export function apart({ apart }: MergePlan, rounds: Rounds): readonly Rounds[] {
  if (apart.length === 0) return [rounds]
  return apart
    .map(({ fields }) => rounds.map((round, index) => (fields.has(index) ? round : undefined)))
    .filter((own) => own.some(Boolean))
}

/** One answer of a source's answers to questions that were asked apart. */
export function together(
  questions: readonly Rounds[],
  answers: readonly SourceAnswer[],
): SourceAnswer {
  const [first] = answers
  if (!first) throw new Error('a source was asked nothing')
  if (answers.length === 1) return first
  const answered = answers.filter(({ status }) => hasAnswered(status))
  const base = answered.find(({ status }) => status !== 'EMPTY') ?? answered[0] ?? first
  const own = (index: number) => answers[questions.findIndex((rounds) => rounds[index])]
  const places = questions[0]?.map((_round, index) => index) ?? []
  const pages = places.map((index) => own(index)?.pages[index] ?? EXCLUDED_PAGE)
  return {
    ...base,
    elapsedMs: Math.max(...answers.map(({ elapsedMs = 0 }) => elapsedMs)),
    pages: answered.length === 0 ? [] : pages,
    failedFor: places.map((index) => {
      const answer = own(index)
      if (!answer || answer === base || hasAnswered(answer.status)) return undefined
      const { status, reason, elapsedMs } = answer
      return { status, reason, elapsedMs }
    }),
  }
}
