import type { Share, TallyStore } from '../tally-store.js'
import { ContextError } from './errors.js'
import type { HeldSignature } from './requester-evidence.js'

/** What one signature still allows at one organisation: so many rows of each field that it names. */
export interface Allowance {
  /**
   * Takes from it, all or nothing.
   * @param wanted how much is asked for, by the signed operation's response key
   * @param most how much the signature allows in all, by the same keys
   * @throws ContextError `REQUEST_SIGNATURE_REPLAYED` where more has been asked for than was signed, `…_EXPIRED` where
   * what was asked for is forgotten; TrustError where it cannot be counted
   */
  take(wanted: ReadonlyMap<string, number>, most: ReadonlyMap<string, number>): Promise<void>
}

/** The signature's allowance: the same in all rounds, and in all processes that share the store. */
export type Allowances = (signature: HeldSignature) => Allowance

export interface AllowancesOptions {
  /** Whose they are: one signature may be used at each organisation, also where two share a store. */
  readonly organization: string
  readonly store: TallyStore
  /**
   * When the store's memory begins (epoch milliseconds): what an earlier signature was used for, it cannot know
   * (docs/decisions/0032-proofs-from-before-a-restart.md). Default: it remembers all.
   */
  readonly remembersFromMs?: number | undefined
  readonly now: () => number
}

/**
 * What a signature allows may be asked for once, by whichever of the organisation's processes it comes to. What was asked is
 * counted as long as the signature could be accepted.
 */
export function createAllowances(options: AllowancesOptions): Allowances {
  const { organization, store, remembersFromMs = Number.NEGATIVE_INFINITY, now } = options
  return ({ jti, jkt, issuedAtMs, untilMs }) => ({
    async take(wanted, most) {
      if (issuedAtMs < remembersFromMs) throw new ContextError('REQUEST_SIGNATURE_EXPIRED')
      const shares = [...wanted].map(
        ([part, rows]): Share => ({ part, wanted: rows, most: most.get(part) ?? 0 }),
      )
      const lifeMs = Math.max(1, untilMs - now())
      const isTaken = await store.take(`request ${organization} ${jkt} ${jti}`, shares, lifeMs)
      if (!isTaken) throw new ContextError('REQUEST_SIGNATURE_REPLAYED')
    },
  })
}
