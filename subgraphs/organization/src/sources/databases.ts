import { type OrganizationConfig, type TenantConfig, tenantsOf } from '../config.js'
import type { OnStop } from '../parts.js'
import { startEmbeddedPostgres } from './postgres/embedded.js'
import { isEmbedded } from './settings.js'

/**
 * Where each organisation's database is: given, or made in the embedded PostgreSQL, which starts only where it is needed.
 * Undefined for an organisation without a store.
 */
export async function openDatabases(
  config: OrganizationConfig,
  onStop: OnStop,
): Promise<(tenant: TenantConfig) => Promise<string | undefined>> {
  const directory = config.KILDE_STORE_DIRECTORY
  const isNeeded = tenantsOf(config).some(isEmbedded)
  const embedded = isNeeded && directory ? await startEmbeddedPostgres({ directory }) : undefined
  if (embedded) onStop(() => embedded.stop())
  return async (tenant) => {
    const { number, databaseUrl } = tenant
    if (databaseUrl !== undefined || !isEmbedded(tenant)) return databaseUrl
    if (!embedded) throw new TypeError('configuration without a store passed its checks')
    return embedded.createDatabase(`kilde_${number}`)
  }
}
