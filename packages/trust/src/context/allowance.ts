import type { Share, TallyStore } from '../tally-store.js'
import { ContextError } from './errors.js'
import type { HeldSignature } from './requester-evidence.js'

/** What one signature still allows at one organisation: so many rows of each field that it names. */
export interface Allowance {
  /**
   * Takes from it, all or nothing.
   * @param wanted how much is asked for, by the signed operation's response key
   * @param most how much the signature allows in all, by the same keys
   * @throws ContextError `REQUEST_SIGNATURE_REPLAYED` where more has been asked for than was signed; TrustError where it
   * cannot be counted
   */
  take(wanted: ReadonlyMap<string, number>, most: ReadonlyMap<string, number>): Promise<void>
}

/** The signature's allowance: the same in all rounds, and in all processes that share the store. */
export type Allowances = (signature: HeldSignature) => Allowance

export interface AllowancesOptions {
  /** Whose they are: one signature may be used at each organisation, also where two share a store. */
  readonly organization: string
  readonly store: TallyStore
  readonly now: () => number
}

/**
 * What a signature allows may be asked for once, by whichever of the organisation's processes it comes to. What was asked is
 * counted as long as the signature could be accepted.
 */
export function createAllowances({ organization, store, now }: AllowancesOptions): Allowances {
  return ({ jti, jkt, untilMs }) => ({
    async take(wanted, most) {
      const shares = [...wanted].map(
        ([part, rows]): Share => ({ part, wanted: rows, most: most.get(part) ?? 0 }),
      )
      const lifeMs = Math.max(1, untilMs - now())
      const isTaken = await store.take(`request ${organization} ${jkt} ${jti}`, shares, lifeMs)
      if (!isTaken) throw new ContextError('REQUEST_SIGNATURE_REPLAYED')
    },
  })
}
