import { randomBytes } from 'node:crypto'
import {
  blind,
  type Epoch,
  evaluate,
  finalize,
  generateOprfKey,
  inputFor,
  LocateError,
  type Outputs,
} from '@kilde/locate'

/** The evaluator's part and its callers' in one process: the same sums, without HTTP, tokens and allowances. */
export interface LocalEvaluator {
  readonly epoch: Epoch
  /** Out of reach from now on. */
  down: boolean
  /** How many numbers were evaluated. */
  evaluated: number
  outputs(tokens: readonly string[]): readonly Uint8Array[]
  /** As a gateway asks. */
  evaluate(epochs: readonly Epoch[], tokens: readonly string[]): Promise<Outputs>
}

export function localEvaluator(): LocalEvaluator {
  const key = generateOprfKey()
  const epoch: Epoch = {
    id: randomBytes(6).toString('base64url'),
    publicKey: Buffer.from(key.publicKey).toString('base64url'),
    fromMs: 0,
    untilMs: Number.MAX_SAFE_INTEGER,
  }
  // The same person's output stays the same: tests that build many filters do the sums once.
  const known = new Map<string, Uint8Array>()
  const evaluateAll = (tokens: readonly string[]): readonly Uint8Array[] => {
    const blinded = tokens.map((token) => blind(inputFor(token)))
    const elements = blinded.map(({ element }) => element)
    return finalize(blinded, evaluate(key, elements), key.publicKey)
  }
  const evaluator: LocalEvaluator = {
    epoch,
    down: false,
    evaluated: 0,
    outputs(tokens) {
      const unknown = tokens.filter((token) => !known.has(token))
      const outputs = unknown.length === 0 ? [] : evaluateAll(unknown)
      unknown.forEach((token, index) => {
        const output = outputs[index]
        if (output) known.set(token, output)
      })
      return tokens.flatMap((token) => known.get(token) ?? [])
    },
    async evaluate(epochs, tokens) {
      if (evaluator.down) throw new LocateError('LOCATOR_UNREACHABLE')
      evaluator.evaluated += tokens.length
      const own = epochs.filter(({ id }) => id === epoch.id)
      return new Map(own.map(({ id }) => [id, evaluator.outputs(tokens)]))
    },
  }
  return evaluator
}
