import { type AuditReader, type AuditRecord, auditReader, listAuditOwners } from '@kilde/audit'

/** One record, and whose log it stands in. */
export interface Logged {
  /** Name of the service that writes the log; `gateway` for a gateway. */
  readonly service: string
  /** Organisation number of the log's owner, `citizens`, or `privacy` for the privacy service's own. */
  readonly owner: string
  readonly sequence: number
  readonly record: AuditRecord
}

/** Where the logs of one service are, and the key that opens them. */
export interface LogPlace {
  readonly service: string
  readonly directory: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

interface OneLog {
  readonly service: string
  readonly reader: Pick<AuditReader, 'owner' | 'records'>
}

/** Every record of these logs, log by log, oldest first. @throws AuditError `AUDIT_LOG_DAMAGED` */
export async function* recordsOf(logs: readonly OneLog[]): AsyncGenerator<Logged> {
  for (const { service, reader } of logs)
    for await (const found of reader.records()) yield { service, owner: reader.owner, ...found }
}

/** The logs at these places, one for each owner. */
export async function logsAt(places: readonly LogPlace[]): Promise<readonly OneLog[]> {
  const logs: OneLog[] = []
  for (const { service, directory, key } of places)
    for (const owner of await listAuditOwners(directory))
      logs.push({ service, reader: auditReader({ directory, owner, key }) })
  return logs
}

/** All of what was generated, in memory: a log that is held against another must be looked at as a whole. */
export async function collect<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const one of all) found.push(one)
  return found
}
