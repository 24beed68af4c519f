import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditRecord, readAuditLog, verifyAuditLog } from '@kilde/audit'
import { type OrganizationKey, organizations } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'

/** Those whose nodes stand alone: each has a log and a key of its own. */
export const nodes = ['municipality', 'hospital', 'gp'] as const
export type Node = (typeof nodes)[number]

const keys = Object.fromEntries(
  ['gateway', ...nodes].map((service) => [service, randomBytes(32)]),
) as Readonly<Record<'gateway' | Node, Buffer>>

/** Settings of a network whose logs this test can open. */
export const ownKeys = Object.fromEntries(
  Object.entries(keys).map(([service, key]) => [
    service,
    { KILDE_AUDIT_KEY: key.toString('base64url') },
  ]),
)

/** Whose log: at the gateway the requester's organisation's, or the citizens'; at a node its own. */
export type Log = { readonly gateway: OrganizationKey | 'citizens' } | { readonly node: Node }

/** Folder, owner and key of a log. */
export function logAt({ directory }: WatchedNetwork, log: Log) {
  const service = 'gateway' in log ? 'gateway' : log.node
  const owner = 'gateway' in log ? log.gateway : log.node
  return {
    directory: join(directory, 'audit', service),
    owner: owner === 'citizens' ? owner : organizations[owner].number,
    key: keys[service],
  }
}

/** Folder of one owner's log. */
export function folderOf(network: WatchedNetwork, log: Log): string {
  const { directory, owner } = logAt(network, log)
  return join(directory, owner)
}

export async function recordsIn(network: WatchedNetwork, log: Log): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  // Nobody of this organisation has asked yet.
  if (!existsSync(folderOf(network, log))) return records
  for await (const record of readAuditLog(logAt(network, log))) records.push(record)
  return records
}

const every: readonly Log[] = [
  ...(['municipality', 'hospital', 'gp', 'citizens'] as const).map((gateway) => ({ gateway })),
  ...nodes.map((node) => ({ node })),
]

/** What an action leaves in all logs, by log: only those with something in them. */
export async function leftBy(
  network: WatchedNetwork,
  action: () => Promise<unknown>,
): Promise<Readonly<Record<string, readonly AuditRecord[]>>> {
  const before = await Promise.all(every.map((log) => recordsIn(network, log)))
  await action()
  const after = await Promise.all(every.map((log) => recordsIn(network, log)))
  const left = every.map((log, at) => {
    const name = 'gateway' in log ? `gateway ${log.gateway}` : log.node
    return [name, after[at]?.slice(before[at]?.length ?? 0) ?? []] as const
  })
  return Object.fromEntries(left.filter(([, records]) => records.length > 0))
}

/** True for each log that is whole: every record in its place, none changed. */
export async function areWhole(network: WatchedNetwork): Promise<readonly boolean[]> {
  const written = []
  for (const log of every) {
    if ((await recordsIn(network, log)).length > 0) written.push(log)
  }
  const verdicts = await Promise.all(written.map((log) => verifyAuditLog(logAt(network, log))))
  return verdicts.map(({ ok }) => ok)
}
