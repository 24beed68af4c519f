import type { AskedField } from '../merge/source-request.js'
import type { Rounds } from '../transport/question.js'
import { EXCLUDED_PAGE, hasAnswered, type SourceAnswer } from '../transport/source-answer.js'

/**
 * What one source is asked, as questions: one for all fields that the client put side by side, and one for each class of the parts of
 * a whole. A source denies a question for one class in it: what it denies of one part must not take the others along.
 */
export function apart(fields: readonly AskedField[], rounds: Rounds): readonly Rounds[] {
  const groups = new Map<string, number[]>()
  fields.forEach(({ merged: { ofWhole }, classes }, index) => {
    if (!rounds[index]) return
    const group = ofWhole === undefined ? '' : classes.join()
    groups.set(group, [...(groups.get(group) ?? []), index])
  })
  if (groups.size < 2) return [rounds]
  return [...groups.values()].map((own) =>
    rounds.map((round, index) => (own.includes(index) ? round : undefined)),
  )
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
