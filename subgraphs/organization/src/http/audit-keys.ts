import type { AuditLog } from '@kilde/audit'
import type { Server } from '@kilde/service'

/** Keys that receipts of this organisation's access log are checked with: public, and the same for everybody. */
export function addAuditKeys({ app }: Server, prefix: string, log: AuditLog): void {
  app.get(`${prefix}/audit/keys`, async (_request, reply) =>
    reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', 'public, max-age=300')
      .send(JSON.stringify({ keys: log.publicKeys() })),
  )
}
