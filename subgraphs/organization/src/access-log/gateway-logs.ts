import { keysOfOwner, listAuditOwners, type OwnerKeys, openAuditLookup } from '@kilde/audit'
import type { ReadableLog } from './access-log.js'

/** The keys are the gateway's, earlier ones and those that organisations gave among them. */
export interface GatewayLogsOptions extends OwnerKeys {
  /** Folder of the gateway's access logs; it is only read. */
  readonly directory: string
}

/** The logs of a gateway that this organisation runs: one for each organisation whose people have asked through it. */
export function gatewayLogs(options: GatewayLogsOptions): () => Promise<ReadableLog[]> {
  const { directory } = options
  const readers = new Map<string, ReadableLog>()
  return async () => {
    for (const owner of await listAuditOwners(directory)) {
      if (readers.has(owner)) continue
      const lookup = openAuditLookup({ directory, owner, ...keysOfOwner(owner, options) })
      readers.set(owner, { ...lookup, name: owner, kind: 'GATEWAY' } as const)
    }
    return [...readers.values()]
  }
}
