import { keysOfOwner, listAuditOwners, type OwnerKeys, openAuditLookup } from '@kilde/audit'
import { checks } from '@kilde/service'
import { z } from 'zod'
import type { ReadableLog } from './access-log.js'

/** The keys are the gateway's, earlier ones and those that organisations gave among them. */
export interface GatewayLogsOptions extends OwnerKeys {
  /** Folder of the access logs of each replica of the gateway, by the replica's name; they are only read. */
  readonly directories: GatewayLogFolders
}

/** By the replica's name: empty where there is one alone. */
export type GatewayLogFolders = Readonly<Record<string, string>>

/** One folder, or JSON of one for each replica of a gateway: each keeps logs of its own. */
export const gatewayLogFolders = z
  .string()
  .min(1)
  .transform((text) => (text.startsWith('{') ? text : JSON.stringify({ '': text })))
  .pipe(
    checks.json(
      z
        .record(z.string().regex(/^[a-z0-9-]{0,32}$/), z.string().min(1))
        .refine(namesEachOnce, 'must name at least one folder, and none twice'),
    ),
  )

function namesEachOnce(folders: GatewayLogFolders): boolean {
  const all = Object.values(folders)
  return all.length > 0 && new Set(all).size === all.length
}

/** The logs of a gateway that this organisation runs: one for each organisation whose people have asked through it. */
export function gatewayLogs(options: GatewayLogsOptions): () => Promise<ReadableLog[]> {
  const readers = new Map<string, ReadableLog>()
  return async () => {
    for (const [replica, directory] of Object.entries(options.directories)) {
      for (const owner of await listAuditOwners(directory)) {
        // Two replicas count the records of one organisation each for itself: their names tell the entries apart.
        const name = replica === '' ? owner : `${replica}-${owner}`
        if (readers.has(name)) continue
        const lookup = openAuditLookup({ directory, owner, ...keysOfOwner(owner, options) })
        readers.set(name, { ...lookup, name, kind: 'GATEWAY' } as const)
      }
    }
    return [...readers.values()]
  }
}
