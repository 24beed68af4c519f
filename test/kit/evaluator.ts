import { randomBytes } from 'node:crypto'
import {
  blind,
  type Epoch,
  evaluate,
  finalize,
  generateOprfKey,
  inputFor,
  LocateError,
  type OprfKey,
  type Outputs,
} from '@kilde/locate'
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'

/** The evaluator's part and its callers' in one process: the same sums, without HTTP, tokens and allowances. */
export interface LocalEvaluator {
  readonly epoch: Epoch
  readonly key: OprfKey
  /** What it was sent and what it answered (hex), where that is kept. */
  readonly seen: readonly string[]
  /** What its key makes of a number that is not blinded: the group element that an evaluator would look for. */
  unblinded(token: string): Uint8Array
  /** Out of reach from now on. */
  down: boolean
  /** How many numbers were evaluated. */
  evaluated: number
  outputs(tokens: readonly string[]): readonly Uint8Array[]
  /** As a gateway asks. */
  evaluate: (epochs: readonly Epoch[], tokens: readonly string[]) => Promise<Outputs>
}

export interface LocalEvaluatorOptions {
  /** Whether all elements that it is sent are kept, as an evaluator that is curious would. Default: not. */
  readonly keepsSeen?: boolean
  /** Default: a new one. */
  readonly key?: OprfKey
}

export function localEvaluator(options: LocalEvaluatorOptions = {}): LocalEvaluator {
  const { key = generateOprfKey(), keepsSeen = false } = options
  const seen: string[] = []
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
    const evaluation = evaluate(key, elements)
    if (keepsSeen)
      seen.push(
        ...[...elements, ...evaluation.elements].map((one) => Buffer.from(one).toString('hex')),
      )
    return finalize(blinded, evaluation, key.publicKey)
  }
  const evaluator: LocalEvaluator = {
    epoch,
    key,
    seen,
    unblinded: (token) => hashToGroup(token, key),
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

/** The number on the curve, times the key: RFC 9497 §3.3.1 without a blind. */
function hashToGroup(token: string, { secretKey }: OprfKey): Uint8Array {
  const DST = `HashToGroup-OPRFV1-\u0001-ristretto255-SHA512`
  const point = ristretto255_hasher.hashToCurve(inputFor(token), { DST })
  const scalar = ristretto255.Point.Fn.fromBytes(secretKey)
  return point.multiply(scalar).toBytes()
}
