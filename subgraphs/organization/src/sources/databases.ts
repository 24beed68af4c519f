import { type OrganizationConfig, type TenantConfig, tenantsOf } from '../config.js'
import type { OnStop } from '../parts.js'
import { startEmbeddedPostgres } from './postgres/embedded.js'

/** Where each organisation's database is: given, or made in the embedded PostgreSQL, which starts only where it is needed. */
export async function openDatabases(
  config: OrganizationConfig,
  onStop: OnStop,
): Promise<(tenant: TenantConfig) => Promise<string>> {
  const isEmbedded = tenantsOf(config).some(({ databaseUrl }) => databaseUrl === undefined)
  const directory = config.KILDE_STORE_DIRECTORY
  const embedded = isEmbedded && directory ? await startEmbeddedPostgres({ directory }) : undefined
  if (embedded) onStop(() => embedded.stop())
  return async ({ number, databaseUrl }) => {
    if (databaseUrl !== undefined) return databaseUrl
    if (!embedded) throw new TypeError('configuration without a store passed its checks')
    return embedded.createDatabase(`kilde_${number}`)
  }
}
