import type { SourceRequest, SourceResponse } from '@kilde/gateway'
import { SourceFault } from '../../gateway/src/transport/source-fault.js'
import type { Random } from './random.js'
import type { VirtualTime } from './virtual-time.js'

/** Stands in everything that a broken source sends: nobody may ever read it. */
export const MARK = 'WORDS-OF-THE-ROGUE'

/** One question to one source, as a fault finds it. */
export interface Scene {
  readonly request: SourceRequest
  readonly time: Pick<VirtualTime, 'after'>
  readonly random: Random
  /** How long the source takes (milliseconds). */
  readonly latencyMs: number
  /** Whole time that the gateway gives the source (milliseconds). */
  readonly deadlineMs: number
  /** 1 for the first time that this very question is sent; counts on where it is sent again. */
  readonly attempt: number
  /** What the source would say. */
  honest(): string
  readonly effect: Effect
}

/** What the gateway must make of a source, found out while the fault plays. */
export interface Effect {
  /** `STATUS REASON` that may be reported; none where the source answers. */
  told: readonly string[]
  /** Rows that it must leave out and count: the list's alias in the node's answer, and the row's id. */
  readonly lost: Set<string>
  /** The source answers, and says itself that this is not all. */
  partial: boolean
  /** Nobody can say what becomes of this source: only that it harms no other. */
  unknown: boolean
  /** The request arrived there: from then on it may not be sent again. */
  carried: boolean
}

export interface Fault {
  /** Empty where the source answers, in whole or in part. */
  readonly told: readonly string[]
  play(scene: Scene): Promise<SourceResponse>
}

/** Lets time pass, as a connection does: it ends with the request's signal. */
export function wait({ time, request }: Scene, ms: number): Promise<void> {
  const { signal } = request
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel()
      reject(signal.reason as Error)
    }
    const cancel = time.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
}

/** Waits for what never comes: the longest time that a real timer takes, too. */
export const waitForever = (scene: Scene): Promise<void> => wait(scene, 2 ** 31 - 1)

export const respond = (text: string | Buffer, status = 200): SourceResponse => ({
  status,
  body: Buffer.from(text),
})

/** The request is there, the answer is not. */
export async function arrive(scene: Scene): Promise<void> {
  scene.effect.carried = true
  await wait(scene, scene.latencyMs)
}

/** What the real client says of a connection that gave no answer. */
export const broken = (reason: SourceFault['reason'], unsent = false): SourceFault =>
  new SourceFault(reason, { unsent, cause: new Error(MARK) })
