import type { PrivacyLookup } from '@kilde/privacy'

/**
 * What the decision asks of the patient's settings: a look-up in memory, which never waits. `UNKNOWN` denies everything but
 * break-glass (design.md §5).
 */
export interface PrivacyPort extends PrivacyLookup {
  /** False where there is no privacy service by configuration. Then representation is what the issuer vouches for in the token. */
  readonly connected?: false
}

/**
 * For a node without a privacy service: nobody has objected. Only where the organisation's configuration says so; a service
 * that is out of reach is `UNKNOWN`, never this.
 */
export const withoutPrivacyService = (now: () => number): PrivacyPort => ({
  connected: false,
  view: () => ({
    asOfMs: now(),
    blocks: [],
    consents: [],
    reservations: [],
    representation: [],
  }),
  digest: () => '',
})
