import { type AuditDisk, type AuditLog, openAuditLog } from '@kilde/audit'
import { openPostgresAuditLog } from '@kilde/audit/postgres'
import type { Logger } from '@kilde/service'
import type { OrganizationConfig, TenantConfig } from '../config.js'

export interface LogSurroundings {
  readonly logger: Logger
  readonly now: () => number
  readonly disk?: AuditDisk | undefined
}

/**
 * The access log of one organisation, in files or in the organisation's own database. What retention lets go is deleted from the
 * start on: a node that is started anew every day would else never come to it.
 */
export async function openLog(
  tenant: TenantConfig,
  databaseUrl: string | undefined,
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
  const directory = config.KILDE_AUDIT_DIRECTORY
  const log =
    store === 'postgresql' && databaseUrl !== undefined
      ? await openPostgresAuditLog({ ...options, databaseUrl })
      : await openAuditLog({ ...options, directory, ...(disk && { disk }) })
  log.prune().catch((fault: unknown) => {
    logger.warn({ owner: log.owner, fault: String(fault) }, 'the access log could not be pruned')
  })
  return log
}
