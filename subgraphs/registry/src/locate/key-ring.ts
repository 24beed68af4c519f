import { randomBytes } from 'node:crypto'
import { type Epoch, generateOprfKey, type OprfKey } from '@kilde/locate'

/** A key of the evaluator, and when it holds. */
export interface RingKey extends OprfKey, Pick<Epoch, 'id' | 'fromMs' | 'untilMs'> {}

/** The evaluator's keys. One that has ended is deleted: what was built under it can never be asked again. */
export interface KeyRing {
  /** Those that hold now, newest first. @throws Node errors where a new key cannot be kept: then none is used */
  present(): Promise<readonly RingKey[]>
}

export interface KeyRingOptions {
  readonly initial: readonly RingKey[]
  /** Resolves when they are durable, and what is not among them is gone. */
  readonly save: (keys: readonly RingKey[]) => Promise<void>
  readonly epochMs: number
  readonly overlapMs: number
  readonly now: () => number
}

export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { save, now } = options
  let keys = options.initial
  let turning: Promise<void> | undefined
  const turn = async (next: readonly RingKey[]): Promise<void> => {
    // Never used before it is on disk: filters under a key that a crash took away would be of no use.
    await save(next)
    keys = next
  }
  return {
    async present() {
      await turning
      const next = turned(keys, options, now())
      if (next !== keys) {
        turning ??= turn(next).finally(() => {
          turning = undefined
        })
        await turning
      }
      return keys
    },
  }
}

/** The keys as they have to be at that instant; the same where nothing is to change. */
function turned(
  keys: readonly RingKey[],
  { epochMs, overlapMs }: KeyRingOptions,
  nowMs: number,
): readonly RingKey[] {
  const left = keys.filter(({ untilMs }) => nowMs < untilMs)
  const [newest] = left
  if (newest && nowMs < newest.fromMs + epochMs) return left.length === keys.length ? keys : left
  const key = {
    id: randomBytes(6).toString('base64url'),
    ...generateOprfKey(),
    fromMs: nowMs,
    untilMs: nowMs + epochMs + overlapMs,
  }
  return [key, ...left].slice(0, 2)
}
