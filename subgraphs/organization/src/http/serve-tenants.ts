import { createServer, operationOf, type PartHealth, type Server, tlsOf } from '@kilde/service'
import { serveMetadata, tellNonces } from '@kilde/trust'
import { isHosted, type OrganizationConfig } from '../config.js'
import type { Holdings } from '../holdings/publisher.js'
import { addHoldings, holdingsAccess } from '../holdings/route.js'
import { bundleFault } from '../ingest/handle.js'
import type { OpenTenant } from '../open-tenant.js'
import { createTenant, type SharedParts, type TenantParts } from '../tenant.js'
import { addAuditKeys } from './audit-keys.js'
import { addTenantRoutes } from './routes.js'

export interface TenantServing {
  readonly config: OrganizationConfig
  /** Base URL of the node. */
  readonly publicUrl: string
  readonly health: () => readonly PartHealth[]
  readonly now: () => number
  /** Filters of those that publish them, by organisation number. */
  readonly holdings: ReadonlyMap<string, Holdings>
}

/** A server with the addresses of every organisation, at `/`, or in hosted mode at `/<number>/`; it does not listen yet. */
export function serveTenants(
  tenants: readonly OpenTenant[],
  shared: SharedParts,
  { config, publicUrl, health, holdings, now }: TenantServing,
): Server {
  const bundleBytes = config.KILDE_BUNDLE_MAX_BYTES
  const { logger, telemetry } = shared
  const server = createServer({
    ...{ logger, health, telemetry },
    bodyLimitBytes: bundleBytes,
    tls: tlsOf(config),
    operation: operationOf(config, {
      ...{ service: 'organization', now },
      folder: config.KILDE_AUDIT_DIRECTORY,
      issuer: config.KILDE_ISSUER,
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    }),
  })
  tellNonces(server, shared.nonces)
  const access = holdingsAccess(shared, publicUrl)
  for (const own of tenants) {
    const prefix = isHosted(config) ? `/${own.organization}` : ''
    const published = holdings.get(own.organization)
    const baseUrl = `${publicUrl}${prefix}`
    const onComing: TenantParts['onComing'] = async (arrivals) =>
      published ? published.coming(arrivals) : () => undefined
    const tenant = createTenant({ ...own, baseUrl, onComing }, shared)
    serveMetadata(server, tenant.resource)
    addAuditKeys(server, prefix, own.log)
    const { gatewayClients } = shared
    addHoldings(server, { prefix, holdings: published, access, gatewayClients })
    addTenantRoutes(server, { ...tenant, prefix, fault: bundleFault, bundleBytes })
  }
  return server
}
