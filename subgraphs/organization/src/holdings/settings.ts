import { checks, setting } from '@kilde/service'
import { z } from 'zod'

/** Settings of the filters that an organisation publishes (docs/locate.md). */
export const holdingsSettings = {
  KILDE_HOLDINGS: setting(
    z.enum(['on', 'off']).default('off'),
    'Whether gateways get a blinded filter of whom data are held, so that this organisation is not asked about everybody else. Needs KILDE_PAGE_KEY, and a registry that evaluates. An organisation that does not disclose what it withholds never publishes one.',
  ),
  KILDE_HOLDINGS_REFRESH_MS: setting(
    checks.milliseconds(60_000, 200, 600_000),
    'How often the filter is built anew from the whole list of patients, which repairs what was missed (milliseconds, 200 to 600,000). A change is in it a second later.',
  ),
  KILDE_HOLDINGS_WORD_MS: setting(
    checks.milliseconds(5_000, 100, 60_000),
    'How often gateways that listen are told that the filters hold still (milliseconds, 100 to 60,000); that they do not, they are told at once. Shorter than KILDE_HOLDINGS_SILENCE_MS of the gateways.',
  ),
  KILDE_HOLDINGS_FALSE_POSITIVES: setting(
    z.coerce.number().min(0.001).max(0.1).default(0.01),
    'Share of other patients about whom the organisation is asked all the same (0.001 to 0.1). The larger, the less a hit tells; the smaller, the larger the filter.',
  ),
} as const

/** Settings that do not go together. */
export function holdingsProblems(
  config: { readonly KILDE_HOLDINGS: 'on' | 'off'; readonly REDIS_URL?: string | undefined },
  tenants: readonly { readonly number: string; readonly pageKey?: unknown }[],
): readonly string[] {
  if (config.KILDE_HOLDINGS === 'off') return []
  // Another process takes in somebody, and this one goes on saying that its filters hold.
  if (config.REDIS_URL !== undefined)
    return [
      'KILDE_HOLDINGS: not with REDIS_URL: processes do not tell each other whom they take in',
    ]
  return tenants.flatMap(({ number, pageKey }) =>
    pageKey ? [] : [`KILDE_HOLDINGS: ${number} has no page key to sign its filters with`],
  )
}
