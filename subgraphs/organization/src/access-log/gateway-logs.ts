import { listAuditOwners, openAuditLookup } from '@kilde/audit'
import type { ReadableLog } from './access-log.js'

export interface GatewayLogsOptions {
  /** Folder of the gateway's access logs; it is only read. */
  readonly directory: string
  /** The gateway's audit key (32 bytes): each requester's organisation has a log and a key of its own. */
  readonly key: Uint8Array
}

/** The logs of a gateway that this organisation runs: one for each organisation whose people have asked through it. */
export function gatewayLogs({ directory, key }: GatewayLogsOptions): () => Promise<ReadableLog[]> {
  const readers = new Map<string, ReadableLog>()
  return async () => {
    for (const owner of await listAuditOwners(directory)) {
      if (readers.has(owner)) continue
      const lookup = openAuditLookup({ directory, owner, key })
      readers.set(owner, { ...lookup, name: owner, kind: 'GATEWAY' } as const)
    }
    return [...readers.values()]
  }
}
