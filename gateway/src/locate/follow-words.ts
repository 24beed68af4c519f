import { setTimeout as sleep } from 'node:timers/promises'
import { createBackoff } from '@kilde/feed'
import { LocateError, openWord, type Word } from '@kilde/locate'
import type { Publisher } from './held-filters.js'

/** Hears one organisation's words, signed, over one connection; ends only by throwing. @throws LocateError */
export type HearWords = (
  endpoint: string,
  take: (jws: string) => Promise<void>,
  signal: AbortSignal,
) => Promise<never>

export interface FollowWordsParts {
  readonly hear: HearWords
  /** Called with each word; must not throw. */
  readonly onWord: (publisher: Publisher, word: Word) => void
  /** An organisation that has been silent for so long (milliseconds) is not known to hold to its word. */
  readonly silenceMs: number
  /** Wait before one that gives none is asked for it again (milliseconds). */
  readonly everyMs: number
  readonly random: () => number
  /** Only goes forward (milliseconds). */
  readonly elapsed: () => number
}

export interface FollowWords {
  /** The word by which an organisation still stands: its connection is open, and it is not silent. */
  of(organization: string): Word | undefined
  /** Follows these, and nobody else. */
  follow(publishers: readonly Publisher[]): void
  stop(): Promise<void>
}

interface Heard {
  readonly word: Word
  readonly atMs: number
}

interface Ear {
  readonly publisher: Publisher
  readonly ending: AbortController
  readonly listening: Promise<void>
}

/**
 * Keeps a connection to each organisation that publishes filters, on which it says at once when one does not hold any more. A word
 * counts for as long as its connection: whoever cannot tell that somebody came in is asked.
 */
export function createFollowWords(parts: FollowWordsParts): FollowWords {
  const { hear, onWord, silenceMs, everyMs, random, elapsed } = parts
  const heard = new Map<string, Heard>()
  const ears = new Map<string, Ear>()

  async function listen(publisher: Publisher, ending: AbortSignal): Promise<void> {
    const { number, endpoint, pageKeys } = publisher
    const backoff = createBackoff(random)
    const take = async (jws: string): Promise<void> => {
      const word = await openWord(jws, pageKeys, number)
      if (ending.aborted) return
      backoff.reset()
      const last = heard.get(number)?.word
      // Somebody who repeats an old one must not make a patient disappear.
      if (last && word.asOfMs < last.asOfMs) throw new LocateError('HOLDINGS_UNTRUSTED')
      heard.set(number, { word, atMs: elapsed() })
      onWord(publisher, word)
    }
    while (!ending.aborted) {
      const fault = await hear(endpoint, take, ending).catch((error: unknown) => error)
      if (ending.aborted) return
      heard.delete(number)
      await pause(givesNone(fault) ? everyMs : backoff.next(), ending)
    }
  }
  function leave(ear: Ear): Promise<void> {
    heard.delete(ear.publisher.number)
    ears.delete(ear.publisher.number)
    ear.ending.abort()
    return ear.listening
  }
  return {
    of(organization) {
      const last = heard.get(organization)
      return last && elapsed() - last.atMs <= silenceMs ? last.word : undefined
    },
    follow(publishers) {
      const wanted = new Map(publishers.map((publisher) => [publisher.number, publisher]))
      for (const ear of [...ears.values()])
        if (!isSame(ear.publisher, wanted.get(ear.publisher.number))) void leave(ear)
      for (const publisher of wanted.values()) {
        if (ears.has(publisher.number)) continue
        const ending = new AbortController()
        const listening = listen(publisher, ending.signal)
        ears.set(publisher.number, { publisher, ending, listening })
      }
    },
    async stop() {
      await Promise.all([...ears.values()].map(leave))
    },
  }
}

const givesNone = (fault: unknown): boolean =>
  fault instanceof LocateError && fault.code === 'HOLDINGS_NONE'

const isSame = (one: Publisher, other: Publisher | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
