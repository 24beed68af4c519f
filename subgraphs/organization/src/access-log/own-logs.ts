import type { AuditLog } from '@kilde/audit'
import type { OrganizationConfig } from '../config.js'
import type { ReadableLog } from './access-log.js'
import { gatewayLogs } from './gateway-logs.js'

/** The logs that an organisation answers for: its own, and those of a gateway that it runs. */
export function ownLogs(
  { KILDE_GATEWAY_AUDIT_DIRECTORY: directory, KILDE_GATEWAY_AUDIT_KEY: key }: OrganizationConfig,
  log: AuditLog,
): () => Promise<readonly ReadableLog[]> {
  const own: ReadableLog = {
    name: '',
    kind: 'ORGANIZATION',
    patientDigest: (identifier) => log.patientDigest(identifier),
    find: (query) => log.find(query),
    receipt: (sequence) => log.receipt(sequence),
  }
  if (!directory || !key) return async () => [own]
  const ofGateway = gatewayLogs({ directory, key })
  return async () => [own, ...(await ofGateway())]
}
