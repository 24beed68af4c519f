import { type AuditDisk, type AuditLog, openAuditLog } from '@kilde/audit'
import { openPostgresAuditLog } from '@kilde/audit/postgres'
import type { Logger } from '@kilde/service'
import type { OrganizationConfig, TenantConfig } from '../config.js'

export interface LogSurroundings {
  readonly logger: Logger
  readonly now: () => number
  readonly disk?: AuditDisk | undefined
}

/** The access log of one organisation, in files or in the organisation's own database. */
export function openLog(
  tenant: TenantConfig,
  databaseUrl: string,
  config: OrganizationConfig,
  { logger, now, disk }: LogSurroundings,
): Promise<AuditLog> {
  const { KILDE_AUDIT_RETENTION: retention, KILDE_AUDIT_STORE: store } = config
  const options = {
    owner: tenant.number,
    key: tenant.auditKey,
    previousKeys: tenant.previousAuditKeys ?? [],
    digestKey: tenant.digestKey,
    ...(tenant.auditSigningKey && { signingKey: tenant.auditSigningKey }),
    ...(retention && { retention }),
    logger,
    now,
  }
  if (store === 'postgresql') return openPostgresAuditLog({ ...options, databaseUrl })
  const directory = config.KILDE_AUDIT_DIRECTORY
  return openAuditLog({ ...options, directory, ...(disk && { disk }) })
}
