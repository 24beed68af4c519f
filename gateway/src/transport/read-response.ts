import { type Expected, readAnswer } from './read-answer.js'
import type { SourceResponse } from './receive-answer.js'
import { type Outcome, refusalOf } from './refusal.js'

/** What a source's response means, its answer checked. @throws InvalidAnswer, UnreadableAnswer */
export function readResponse(response: SourceResponse, expected: Expected): Outcome {
  if (response.status !== 200) return refusalOf(response)
  const pages = readAnswer(response.body, expected)
  const worst = (['TRUNCATED', 'OK', 'EMPTY'] as const).find((status) =>
    pages.some((page) => page.status === status),
  )
  return { status: worst ?? 'EMPTY', pages }
}
