import { createRegistryCaller, type Follower, lookupOf, registryScopes } from '@kilde/catalogue'
import { evaluatorAsSystem, fetchEpochs } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import { classNames } from '../classes/index.js'
import type { OrganizationConfig } from '../config.js'
import type { OpenTenant } from '../open-tenant.js'
import type { OnStop } from '../parts.js'
import { createHoldings, type Holdings } from './publisher.js'

export interface HoldingsSurroundings {
  readonly follower: Pick<Follower, 'current'>
  readonly tokens: TokenClient
  readonly logger: Logger
  readonly now: () => number
}

/** Classes whose patients a filter may be about. Logs are everybody's who shares anything, and are always asked for. */
const CLASSES = ['Observation', 'Patient', ...classNames]

/**
 * The publishers of those organisations that publish, by number; not started. Who does not disclose what is withheld is none of
 * them: a filter would tell whom they know.
 */
export function openHoldings(
  config: OrganizationConfig,
  tenants: readonly OpenTenant[],
  parts: HoldingsSurroundings,
  onStop: OnStop,
): ReadonlyMap<string, Holdings> {
  if (config.KILDE_HOLDINGS === 'off') return new Map()
  const dispatcher = new Agent({ headersTimeout: 30_000, bodyTimeout: 30_000 })
  onStop(() => dispatcher.destroy())
  const { tokens, now, follower } = parts
  const asking = { tokens, dispatcher, now }
  const registry = createRegistryCaller({
    ...asking,
    registryUrl: config.KILDE_REGISTRY_URL,
    scope: registryScopes.follow,
  })
  const send = evaluatorAsSystem({ ...asking, url: config.KILDE_REGISTRY_URL })
  const publishers = tenants.flatMap(({ organization, source, pageKey, disclosure }) => {
    if (disclosure === 'HIDDEN' || !pageKey) return []
    const holdings = createHoldings({
      ...{ organization, source, send, key: pageKey, dataClasses: CLASSES },
      ...{ logger: parts.logger, now },
      covers: () => closedInto(organization, follower),
      falsePositiveRate: config.KILDE_HOLDINGS_FALSE_POSITIVES,
      refreshMs: config.KILDE_HOLDINGS_REFRESH_MS,
      wordMs: config.KILDE_HOLDINGS_WORD_MS,
      epochs: async (signal) => {
        const call: Parameters<typeof fetchEpochs>[0] = (one, end) =>
          registry.call({ ...one, signal: end })
        return (await fetchEpochs(call, config.KILDE_REGISTRY_KEYS, now(), signal)).epochs
      },
    })
    onStop(() => holdings.stop())
    return [[organization, holdings] as const]
  })
  return new Map(publishers)
}

/** Organisations that were closed or merged, and whose data this one holds now. */
function closedInto(organization: string, follower: Pick<Follower, 'current'>): readonly string[] {
  const lookup = lookupOf(follower.current().state)
  return lookup.organizations
    .map(({ number }) => number)
    .filter((number) => number !== organization && lookup.heir(number)?.number === organization)
}
