import { type AuditLog, publishAuditLogs } from '@kilde/audit'
import type { Server } from '@kilde/service'

/** What receipts of this organisation's access log are checked with: public, and the same for everybody. */
export function addAuditKeys(server: Server, prefix: string, log: AuditLog): void {
  publishAuditLogs(server, `${prefix}/audit`, async () => log.published)
}
