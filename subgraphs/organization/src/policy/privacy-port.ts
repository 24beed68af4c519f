import type { PrivacyLookup } from '@kilde/privacy'

/**
 * What the decision asks of the patient's settings: a look-up in memory, which never waits. `UNKNOWN` denies everything but
 * break-glass (target architecture A9; design.md §5).
 */
export type PrivacyPort = PrivacyLookup

/**
 * For a node without a privacy service: nobody has objected, nobody represents anybody. Only where the organisation's
 * configuration says so; a service that is out of reach is `UNKNOWN`, never this.
 */
export const withoutPrivacyService = (now: () => number): PrivacyPort => ({
  view: () => ({
    asOfMs: now(),
    blocks: [],
    consents: [],
    reservations: [],
    representation: [],
  }),
  digest: () => '',
})
