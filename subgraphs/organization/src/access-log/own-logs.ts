import type { AuditLog } from '@kilde/audit'
import type { OrganizationConfig } from '../config.js'
import type { ReadableLog } from './access-log.js'
import { gatewayLogs } from './gateway-logs.js'

/** The logs that an organisation answers for: its own, and those of a gateway that it runs. */
export function ownLogs(
  config: OrganizationConfig,
  log: AuditLog,
): () => Promise<readonly ReadableLog[]> {
  const { KILDE_GATEWAY_AUDIT_DIRECTORY: directories, KILDE_GATEWAY_AUDIT_KEY: key } = config
  const own: ReadableLog = {
    name: '',
    kind: 'ORGANIZATION',
    patientDigest: (identifier) => log.patientDigest(identifier),
    find: (query) => log.find(query),
    receipt: (sequence) => log.receipt(sequence),
  }
  if (!directories || !key) return async () => [own]
  const ofGateway = gatewayLogs({
    directories,
    key,
    previousKeys: config.KILDE_GATEWAY_AUDIT_KEYS_PREVIOUS ?? [],
    organizationKeys: config.KILDE_GATEWAY_AUDIT_ORGANIZATION_KEYS ?? {},
  })
  return async () => [own, ...(await ofGateway())]
}
