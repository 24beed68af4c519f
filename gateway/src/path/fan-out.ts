import type { LocatedProvider } from '@kilde/catalogue'
import type { Spared } from '../locate/choose.js'
import { firstRound, type Round } from '../merge/source-request.js'
import { apart, together } from '../transport/ask-apart.js'
import { type Asking, createQuestions, type Rounds } from '../transport/question.js'
import { cappedRounds, passesSignature } from '../transport/signed-part.js'
import type { SourceAnswer } from '../transport/source-answer.js'
import { classesOf } from './data-class.js'
import type { Fetch, Gathered, Located } from './stage.js'

/**
 * Asks every located source at once, each with its own token, proof and deadline. Never all-or-nothing: whatever happens to
 * one becomes its status, and there is one answer for each located source.
 */
export function createFanOut({
  ask,
  timeLeftMs,
  numbers,
}: Asking): (fetch: Fetch, located: Located) => Promise<Gathered> {
  return async (fetch, located) => {
    // Only the handle was asked for: nobody needs to know.
    if (fetch.plan.fields.length === 0) return { ...located, answers: [] }
    const locatedFor = ({ number }: LocatedProvider) => located.fieldsOf?.get(number)
    const chosen = located.providers.map((provider) =>
      fieldsAskedOf(provider, fetch, locatedFor(provider), located.spared?.get(provider.number)),
    )
    const roundsOf = firstRounds(fetch, chosen)
    const others = await numbers?.(fetch.asked)
    const questionFor = createQuestions(fetch, timeLeftMs(fetch), others)
    const dressed = (
      provider: LocatedProvider,
      answer: SourceAnswer,
      index: number,
    ): SourceAnswer =>
      withExcluded(chosen[index] ?? [], locatedFor(provider), withNotes(located, provider, answer))
    const askOne = async (provider: LocatedProvider, rounds: Rounds) => {
      const questions = apart(fetch.plan, cappedRounds(fetch, provider, rounds))
      const asked = questions.map((question) => ask(provider, questionFor(provider, question)))
      return together(questions, await Promise.all(asked))
    }
    const answering = located.providers.map(async (provider, index) => {
      const asks = chosen[index] ?? []
      const answer =
        notAsked(provider, asks, fetch, located) ?? askOne(provider, asks.map(roundsOf))
      return dressed(provider, await answer, index)
    })
    const pending = located.providers.map((provider, index) =>
      dressed(provider, pendingAt(provider.number), index),
    )
    fetch.progress?.follow(fetch, located, pending, answering)
    const answers = await Promise.all(answering)
    fetch.asked.trail.note(answers, fetch.plan, classesOf(fetch.fields))
    return { ...located, answers }
  }
}

/**
 * Which merged fields a source is asked for: all that it was located for, unless the request chose its sources, as a whole or
 * field by field.
 */
export function fieldsAskedOf(
  { number }: LocatedProvider,
  { fields, policy }: Fetch,
  located: readonly boolean[] | undefined,
  spared: readonly (Spared | undefined)[] | undefined,
): readonly boolean[] {
  const isChosen = policy.sources?.has(number) ?? true
  if (!isChosen || policy.excluded.has(number)) return fields.map(() => false)
  return fields.map(
    ({ sources }, index) =>
      (located?.[index] ?? true) && (sources?.has(number) ?? true) && !spared?.[index],
  )
}

/** Of whom it was found out, or could not be, whether they hold anything: that is told beside what became of asking. */
function withNotes(
  { spared, notes }: Located,
  { number }: LocatedProvider,
  answer: SourceAnswer,
): SourceAnswer {
  const [own, note] = [spared?.get(number), notes?.get(number)]
  if (!own && note === undefined) return answer
  return { ...answer, ...(own && { spared: own }), ...(note !== undefined && { note }) }
}

/** What was not asked for is told as that, whatever becomes of the rest. */
function withExcluded(
  asks: readonly boolean[],
  located: readonly boolean[] | undefined,
  given: SourceAnswer,
): SourceAnswer {
  const answer = { ...given, ...(located && { located }) }
  return asks.every(Boolean) ? answer : { ...answer, excluded: asks.map((asked) => !asked) }
}

/** What stands for a source that was asked and has not answered. */
const pendingAt = (organization: string): SourceAnswer => ({
  organization,
  status: 'PENDING',
  reason: undefined,
  elapsedMs: undefined,
  pages: [],
})

/** The first round of each field, the same for all sources that are asked for it. */
function firstRounds(
  { fields }: Fetch,
  chosen: readonly (readonly boolean[])[],
): (asked: boolean, index: number) => Round | undefined {
  const rounds = fields.map(({ list }, index): Round => {
    const sources = chosen.filter((asks) => asks[index]).length
    return list ? firstRound(list, sources) : { after: undefined, first: 0 }
  })
  return (asked, index) => (asked ? rounds[index] : undefined)
}

function notAsked(
  provider: LocatedProvider,
  asks: readonly boolean[],
  fetch: Fetch,
  { spared }: Located,
): Promise<SourceAnswer> | undefined {
  const isChosen = asks.some(Boolean)
  const reason = !isChosen
    ? spared?.get(provider.number)?.some(Boolean)
      ? 'NOT_HELD'
      : 'EXCLUDED'
    : provider.state === 'ACTIVE'
      ? unsigned(provider, fetch)
      : provider.state
  if (reason === undefined) return undefined
  return Promise.resolve({
    organization: provider.number,
    status: 'NOT_ASKED',
    reason,
    elapsedMs: undefined,
    pages: [],
  })
}

/** It would refuse, and be told of the patient for nothing. */
function unsigned(provider: LocatedProvider, fetch: Fetch): string | undefined {
  const isMissing = provider.requestSignature === 'REQUESTER' && !passesSignature(fetch, provider)
  return isMissing ? 'SIGNATURE_REQUIRED' : undefined
}
