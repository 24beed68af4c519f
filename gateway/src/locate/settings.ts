import { checks, setting } from '@kilde/service'
import { z } from 'zod'

/** Settings of how it is found out who has to be asked about a patient (docs/locate.md). */
export const locateSettings = {
  KILDE_LOCATE: setting(
    z.enum(['agreements', 'filter', 'probe']).default('agreements'),
    'Who is asked where more organisations than KILDE_ASK_ALL_MAX may be: `agreements` all of them; `filter` those whose blinded filter does not rule the patient out; `probe` those that do not say no when they are asked whether they hold anything. Without a filter, or an answer, an organisation is asked.',
  ),
  KILDE_ASK_ALL_MAX: setting(
    z.coerce.number().int().min(0).max(1_000).default(20),
    'Up to so many organisations are all asked, whatever KILDE_LOCATE says (0 to 1,000).',
  ),
  KILDE_HOLDINGS_FETCH_MS: setting(
    checks.milliseconds(120_000, 200, 3_600_000),
    'How often each organisation’s filters are fetched (milliseconds, 200 to 3,600,000).',
  ),
  KILDE_HOLDINGS_SILENCE_MS: setting(
    checks.milliseconds(15_000, 300, 120_000),
    'How long an organisation may be silent on whether its filters hold still (milliseconds, 300 to 120,000); then it is asked, INDEX_STALE. Longer than KILDE_HOLDINGS_WORD_MS of the nodes.',
  ),
  KILDE_HOLDINGS_MAX_AGE_MS: setting(
    checks.milliseconds(900_000, 1_000, 86_400_000),
    'Age at which a filter is too old to rule anybody out (milliseconds, 1,000 to 86,400,000): its organisation is asked, INDEX_STALE.',
  ),
} as const

/** Settings that do not go together. */
export const locateProblems = (config: {
  readonly KILDE_HOLDINGS_FETCH_MS: number
  readonly KILDE_HOLDINGS_MAX_AGE_MS: number
}): readonly string[] =>
  config.KILDE_HOLDINGS_FETCH_MS >= config.KILDE_HOLDINGS_MAX_AGE_MS
    ? ['KILDE_HOLDINGS_MAX_AGE_MS: must be longer than KILDE_HOLDINGS_FETCH_MS']
    : []
