import type { PartHealth } from '@kilde/service'
import type { AskSource } from './ask-source.js'
import type { SourceAnswer } from './source-answer.js'

/** How each source was when it was last asked. */
export interface SourceHealth {
  readonly ask: AskSource
  health(): readonly PartHealth[]
}

/** @param present numbers of the organisations that there are now */
export function watchSources(ask: AskSource, present: () => ReadonlySet<string>): SourceHealth {
  const last = new Map<string, Pick<SourceAnswer, 'status' | 'reason'>>()
  return {
    ask: async (provider, question) => {
      const answer = await ask(provider, question)
      const { status, reason } = answer
      // A client that left says nothing of a source.
      if (!question.signal.aborted) last.set(provider.number, { status, reason })
      return answer
    },
    health() {
      const numbers = present()
      for (const number of last.keys()) if (!numbers.has(number)) last.delete(number)
      return [...last]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([number, told]) => partOf(number, told))
    },
  }
}

const ILL: ReadonlySet<string> = new Set(['TIMED_OUT', 'UNREACHABLE', 'INVALID'])

function partOf(
  number: string,
  { status, reason }: Pick<SourceAnswer, 'status' | 'reason'>,
): PartHealth {
  const ok = !ILL.has(status)
  const note = [status, reason].filter((one) => one !== undefined).join(' ')
  const part = { name: `source ${number}`, code: 'SOURCE_UNREACHABLE', warning: true } as const
  return ok ? { ...part, ok } : { ...part, ok, note }
}
