import { createServer, type PartHealth, type Server } from '@kilde/service'
import { serveMetadata, tellNonces } from '@kilde/trust'
import { isHosted, type OrganizationConfig } from '../config.js'
import { bundleFault } from '../ingest/handle.js'
import type { OpenTenant } from '../open-tenant.js'
import { createTenant, type SharedParts } from '../tenant.js'
import { addAuditKeys } from './audit-keys.js'
import { addTenantRoutes } from './routes.js'

export interface TenantServing {
  readonly config: OrganizationConfig
  /** Base URL of the node. */
  readonly publicUrl: string
  readonly health: () => readonly PartHealth[]
}

/** A server with the addresses of every organisation, at `/`, or in hosted mode at `/<number>/`; it does not listen yet. */
export function serveTenants(
  tenants: readonly OpenTenant[],
  shared: SharedParts,
  { config, publicUrl, health }: TenantServing,
): Server {
  const bundleBytes = config.KILDE_BUNDLE_MAX_BYTES
  const server = createServer({ logger: shared.logger, bodyLimitBytes: bundleBytes, health })
  tellNonces(server, shared.nonces)
  for (const own of tenants) {
    const prefix = isHosted(config) ? `/${own.organization}` : ''
    const tenant = createTenant({ ...own, baseUrl: `${publicUrl}${prefix}` }, shared)
    serveMetadata(server, tenant.resource)
    addAuditKeys(server, prefix, own.log)
    addTenantRoutes(server, { ...tenant, prefix, fault: bundleFault, bundleBytes })
  }
  return server
}
