import type { LocatedProvider } from '@kilde/catalogue'
import { cutWithin, ranOut } from '../merge/merge-list.js'
import type { Round } from '../merge/source-request.js'
import { apart, together } from '../transport/ask-apart.js'
import { type Asking, createQuestions, type Rounds } from '../transport/question.js'
import { cappedRounds } from '../transport/signed-part.js'
import {
  countRows,
  hasAnswered,
  type SourceAnswer,
  type SourcePage,
} from '../transport/source-answer.js'
import { classesOf } from './data-class.js'
import type { Fetch, Gathered } from './stage.js'

/** The second asks for a whole page, so that a third is needed only where copies or corrections fall out of it. */
const MOST_ROUNDS = 4

/**
 * Asks those sources again, and only those, whose page ran out ahead of the merged page's end. Without it a page would end
 * where the first source stopped telling; with it a source need not send whole pages that are thrown away.
 */
export function createAskAgain({
  ask,
  timeLeftMs,
  numbers,
}: Asking): (fetch: Fetch, gathered: Gathered) => Promise<Gathered> {
  return async (fetch, gathered) => {
    let { answers } = gathered
    for (let round = 1; round < MOST_ROUNDS; round++) {
      const again = roundsAgain(fetch, answers)
      if (again.size === 0) break
      const others = await numbers?.(fetch.asked)
      const questionFor = createQuestions(fetch, timeLeftMs(fetch), others)
      const askOne = async (provider: LocatedProvider, rounds: Rounds) => {
        const questions = apart(fetch.plan, rounds)
        const asked = questions.map((question) => ask(provider, questionFor(provider, question)))
        return together(questions, await Promise.all(asked))
      }
      const more = await Promise.all(
        gathered.providers.flatMap((provider) => {
          const wanted = again.get(provider.number)
          const rounds = wanted && cappedRounds(fetch, provider, wanted)
          return rounds?.some(Boolean) ? [askOne(provider, rounds)] : []
        }),
      )
      const byNumber = new Map(more.map((answer) => [answer.organization, answer]))
      answers = answers.map((answer) => joined(answer, byNumber.get(answer.organization)))
    }
    answers = withCuts(fetch, answers)
    if (answers !== gathered.answers)
      fetch.asked.trail.note(answers, fetch.plan, classesOf(fetch.fields))
    return { ...gathered, answers }
  }
}

/** Whoever may hold more of an identity that is passed than could be asked for is cut: its status says so. */
function withCuts({ fields }: Fetch, answers: readonly SourceAnswer[]): readonly SourceAnswer[] {
  return fields.reduce((before, { merged, list }, index) => {
    if (!list || merged.strategy !== 'UNION') return before
    const cut = cutWithin(before, merged, list)
    if (cut.size === 0) return before
    return before.map((answer) => (cut.has(answer.organization) ? cutAt(answer, index) : answer))
  }, answers)
}

function cutAt(answer: SourceAnswer, field: number): SourceAnswer {
  const pages = answer.pages.map((page, index) =>
    index === field ? ({ ...page, status: 'TRUNCATED', reason: 'ROW_CAP' } as const) : page,
  )
  return { ...answer, status: 'TRUNCATED', pages }
}

/** For each source that ran out: which of its lists goes on, and where. */
function roundsAgain(
  { fields }: Fetch,
  answers: readonly SourceAnswer[],
): ReadonlyMap<string, Rounds> {
  const again = new Map<string, (Round | undefined)[]>()
  fields.forEach(({ merged, list }, index) => {
    if (!list || merged.strategy !== 'UNION') return
    for (const { organization, after } of ranOut(answers, merged, list)) {
      const rounds = again.get(organization) ?? fields.map(() => undefined)
      rounds[index] = { after, first: list.rows + 1 }
      again.set(organization, rounds)
    }
  })
  return again
}

/** One answer of the rounds of one source. What came first stays, whatever becomes of a later round. */
function joined(before: SourceAnswer, more: SourceAnswer | undefined): SourceAnswer {
  if (!more) return before
  const pages = before.pages.map((page, index) => {
    const next = more.pages[index]
    const failed = more.failedFor?.[index]
    if (failed) return page.hasNextPage ? cutOff(page, failed) : page
    if (hasAnswered(more.status))
      return next && next.status !== 'NOT_ASKED' ? goOn(page, next) : page
    return page.hasNextPage ? cutOff(page, more) : page
  })
  const elapsedMs = (before.elapsedMs ?? 0) + (more.elapsedMs ?? 0)
  const status = pages.some((page) => page.status === 'TRUNCATED') ? 'TRUNCATED' : before.status
  return { ...before, status, pages, elapsedMs }
}

function goOn(page: SourcePage, next: SourcePage): SourcePage {
  return {
    ...next,
    status: page.status === 'TRUNCATED' || countRows(next) === 0 ? page.status : next.status,
    rows: [...page.rows, ...next.rows],
    unusable: [...page.unusable, ...next.unusable],
    last: next.last ?? page.last,
    toldTo: next.last ? next.toldTo : page.toldTo,
    total: page.total,
    rivals: page.rivals,
    dropped: page.dropped + next.dropped,
    withheld: page.withheld === 'NONE' ? next.withheld : page.withheld,
    asOf: page.asOf,
  }
}

/** A source that did not answer a later round is cut where it stopped; the merged page ends there too. */
function cutOff(page: SourcePage, more: Pick<SourceAnswer, 'reason'>): SourcePage {
  return { ...page, status: 'TRUNCATED', reason: more.reason }
}
