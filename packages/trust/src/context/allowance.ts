import type { ReplayStore } from '../replay-store.js'
import { ContextError } from './errors.js'
import type { HeldSignature } from './requester-evidence.js'

/** What one signature still allows at one node: so many rows of each field that it names. */
export interface Allowance {
  /**
   * Takes from it, all or nothing.
   * @param wanted how much is asked for, by the signed operation's response key
   * @param most how much the signature allows in all, by the same keys
   * @throws ContextError `REQUEST_SIGNATURE_REPLAYED` where more has been asked for than was signed
   */
  take(wanted: ReadonlyMap<string, number>, most: ReadonlyMap<string, number>): void
}

/** Remembers what was asked under each signature while it could be accepted. */
export interface Allowances {
  /**
   * The signature's allowance: a new one at its first use, the same one in later rounds of the same request.
   * @throws ContextError `REQUEST_SIGNATURE_REPLAYED` where another process of this node has it; TrustError where the
   * store of used signatures cannot be asked
   */
  open(signature: HeldSignature): Promise<Allowance>
}

export interface AllowancesOptions {
  /** Whose they are: one signature may be used at each organisation, also where two share a store. */
  readonly organization: string
  readonly replay: ReplayStore
  readonly now: () => number
  /** Most signatures at once. Default 100 000. */
  readonly capacity?: number
}

interface Opened {
  readonly untilMs: number
  readonly taken: Map<string, number>
}

/**
 * A signature is used once: its first use opens it here, in one atomic step for all processes that share the store, and
 * only this process then knows what is left of it. A later round that meets another process is refused, never counted anew.
 */
export function createAllowances(options: AllowancesOptions): Allowances {
  const { organization, replay, now, capacity = 100_000 } = options
  const opened = new Map<string, Opened>()
  return {
    async open({ jti, jkt, untilMs }) {
      const atMs = now()
      forgetOldest(opened, atMs)
      const key = `request ${organization} ${jkt} ${jti}`
      const known = opened.get(key)
      if (known) return allowanceOf(known)
      const isFirst = await replay.claim(key, Math.max(1, untilMs - atMs))
      // Two rounds at once: the one that came first has opened it by now.
      const meanwhile = opened.get(key)
      if (meanwhile) return allowanceOf(meanwhile)
      if (!isFirst || opened.size >= capacity) throw replayed()
      const fresh: Opened = { untilMs, taken: new Map() }
      opened.set(key, fresh)
      return allowanceOf(fresh)
    },
  }
}

const allowanceOf = ({ taken }: Opened): Allowance => ({
  take(wanted, most) {
    for (const [key, rows] of wanted) {
      if ((taken.get(key) ?? 0) + rows > (most.get(key) ?? 0)) throw replayed()
    }
    for (const [key, rows] of wanted) taken.set(key, (taken.get(key) ?? 0) + rows)
  },
})

/** They come nearly in the order in which they end. */
function forgetOldest(opened: Map<string, Opened>, atMs: number): void {
  for (const [key, { untilMs }] of opened) {
    if (untilMs > atMs) return
    opened.delete(key)
  }
}

const replayed = (): ContextError => new ContextError('REQUEST_SIGNATURE_REPLAYED')
