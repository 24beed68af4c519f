import { randomUUID } from 'node:crypto'
import { type Epoch, evaluateTokens, MOST_ELEMENTS, type SendToEvaluator } from '@kilde/locate'

/** What patients' numbers are evaluated to under one key. Kept in memory only, for those who are held. */
export interface KnownOutputs {
  /** The outputs of these, in their order; those not known yet are evaluated. @throws LocateError */
  of(tokens: readonly string[], signal: AbortSignal): Promise<readonly Uint8Array[]>
  /** Forgets all others. */
  retain(tokens: ReadonlySet<string>): void
}

/** Batches are filled up to a multiple of this: a single patient who is new is not seen at the evaluator. */
const STEP = 16

export function createOutputs(send: SendToEvaluator, epoch: Epoch): KnownOutputs {
  const known = new Map<string, Uint8Array>()
  return {
    async of(tokens, signal) {
      const unknown = tokens.filter((token) => !known.has(token))
      for (let at = 0; at < unknown.length; at += MOST_ELEMENTS) {
        const batch = unknown.slice(at, at + MOST_ELEMENTS)
        const outputs = await evaluateTokens(send, [epoch], filledUp(batch), signal)
        const evaluated = outputs.get(epoch.id) ?? []
        batch.forEach((token, index) => {
          const output = evaluated[index]
          if (output) known.set(token, output)
        })
      }
      const found = tokens.flatMap((token) => known.get(token) ?? [])
      // A filter that lacks one would be a no about that one.
      if (found.length < tokens.length) throw new Error('the key ended while it was evaluated with')
      return found
    },
    retain(tokens) {
      for (const token of known.keys()) if (!tokens.has(token)) known.delete(token)
    },
  }
}

const filledUp = (batch: readonly string[]): readonly string[] => [
  ...batch,
  ...Array.from({ length: (STEP - (batch.length % STEP)) % STEP }, () => `nobody|${randomUUID()}`),
]
