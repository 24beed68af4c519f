import type { LocatedProvider } from '@kilde/catalogue'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import { type Epoch, type Holdings, keyDigestOf, maySee, type Outputs } from '@kilde/locate'
import { type LocateQuestion, type Locator, type Presence, TO_ASK } from './locator.js'

/** The filters that organisations publish, as this gateway holds them. */
export interface HeldFilters {
  readonly of: (organization: string, dataClass: string) => Holdings | undefined
  /**
   * As of when (epoch milliseconds) the organisation has said that just this filter holds still: everybody who is held is in it.
   * Undefined where it has not, or nothing was heard of it for a while.
   */
  heldAt(filter: Holdings): number | undefined
  /** The evaluator's keys that hold now; none where they are not known. */
  epochs(): readonly Epoch[]
}

export interface ByFilterParts {
  readonly filters: HeldFilters
  /** Has a person's numbers evaluated, for the requester. @throws where the evaluator does not */
  readonly evaluate: (
    asked: LocateQuestion['asked'],
    epochs: readonly Epoch[],
    tokens: readonly string[],
  ) => Promise<Outputs>
  /**
   * All numbers that a person has had, the present one among them (D-number, then national identity number). Rejects where that
   * cannot be told. Default: the number that is asked about.
   */
  readonly numbersOf?: (asked: LocateQuestion['asked']) => Promise<readonly PatientIdentifier[]>
  readonly maxAgeMs: number
  readonly now: () => number
}

type Evaluated = ReadonlyMap<string, readonly Uint8Array[]>

/**
 * Spares those whose own filter rules the patient out. Outputs of the OPRF are known for as long as the request and no longer: with
 * them and the filters it could be told where its patient is.
 */
export function createByFilter(parts: ByFilterParts): Locator {
  const evaluated = new WeakMap<object, Promise<Evaluated | undefined>>()
  const outputsFor = (question: LocateQuestion): Promise<Evaluated | undefined> => {
    const { trail } = question.asked
    const known = evaluated.get(trail) ?? evaluate(parts, question)
    evaluated.set(trail, known)
    return known
  }
  return {
    async locate(question) {
      const judged = judge(parts, question)
      // Nothing to look up: the evaluator is not told that somebody asks.
      const isNeeded = judged.some((one) => one.look)
      const outputs = isNeeded ? await outputsFor(question) : undefined
      const found = new Map(
        judged.map(({ key, presence, look: wanted }) => [
          key,
          wanted ? look(wanted, outputs?.get(wanted.filter.epoch)) : presence,
        ]),
      )
      return (organization, dataClass) => found.get(`${organization} ${dataClass}`) ?? TO_ASK
    },
  }
}

interface Judged {
  readonly key: string
  readonly presence: Presence
  /** What may be looked up in, and as of when it holds. */
  readonly look?: Look
}

interface Look {
  readonly filter: Holdings
  readonly asOfMs: number
}

function judge({ filters, maxAgeMs, now }: ByFilterParts, question: LocateQuestion): Judged[] {
  const nowMs = now()
  const keys = new Map(filters.epochs().map((epoch) => [epoch.id, keyDigestOf(epoch)]))
  return [...question.candidates].flatMap(([dataClass, providers]) =>
    providers.map((provider): Judged => {
      const key = `${provider.number} ${dataClass}`
      const filter = filters.of(provider.number, dataClass)
      if (!filter || !isAboutAll(filter, provider)) return { key, presence: TO_ASK }
      const asOfMs = filters.heldAt(filter)
      const isOld = nowMs - filter.asOfMs > maxAgeMs || filter.asOfMs > nowMs + maxAgeMs
      // Whoever came in since is not in it, and would be missed without a word.
      if (asOfMs === undefined || isOld)
        return { key, presence: { is: 'TO_ASK', note: 'INDEX_STALE' } }
      // Under a key that has ended, or under another key of the same name: of no use.
      if (keys.get(filter.epoch) !== filter.key) return { key, presence: UNAVAILABLE }
      return { key, presence: TO_ASK, look: { filter, asOfMs } }
    }),
  )
}

/** A filter made before a merger tells nothing of the patients of whoever was merged in. Own data are always looked at. */
const isAboutAll = ({ covers }: Holdings, { predecessors, ground }: LocatedProvider): boolean =>
  ground !== 'OWN' && predecessors.every((number) => covers.includes(number))

const UNAVAILABLE: Presence = { is: 'TO_ASK', note: 'INDEX_UNAVAILABLE' }

function look({ filter, asOfMs }: Look, outputs: readonly Uint8Array[] | undefined): Presence {
  if (!outputs || outputs.length === 0) return UNAVAILABLE
  return outputs.some((output) => maySee(filter, output)) ? TO_ASK : { is: 'HELD_NOTHING', asOfMs }
}

async function evaluate(
  { filters, evaluate: ask, numbersOf, now }: ByFilterParts,
  { asked }: LocateQuestion,
): Promise<Evaluated | undefined> {
  try {
    const numbers = (await numbersOf?.(asked)) ?? [asked.patient]
    const tokens = [...new Set(numbers.map(identifierToken))]
    const present = filters.epochs().filter(({ untilMs }) => now() < untilMs)
    const outputs = await ask(asked, present, tokens)
    // As many as were asked for, or the missing one might be whom they hold.
    return new Map([...outputs].filter(([, all]) => all.length === tokens.length))
  } catch {
    return undefined
  }
}
