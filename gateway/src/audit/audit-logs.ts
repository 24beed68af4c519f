import {
  type AuditDisk,
  type AuditLog,
  type AuditLogOptions,
  keysOfOwner,
  listAuditOwners,
  type OwnerKeys,
  openAuditLog,
  openAuditLookup,
  type PublishedLog,
} from '@kilde/audit'
import type { Logger, PartHealth } from '@kilde/service'
import { createPruning, type Pruning } from './prune-at-rest.js'

/** The access logs of the requesters' organisations: one each, opened when first needed. */
export interface AuditLogs {
  /** @param organization its number; undefined for citizens, who belong to none. */
  of(organization: string | undefined): Pick<AuditLog, 'append'>
  /** What everybody may be told of a log that is there; nothing is opened for writing for who asks. */
  published(owner: string): Promise<PublishedLog | undefined>
  /**
   * Deletes now what retention lets go from every log that is there, opened or not; it is done at the start and every day too.
   * @returns number of records deleted
   */
  prune(): Promise<number>
  health(): PartHealth
  close(): Promise<void>
}

export interface AuditLogsOptions extends OwnerKeys {
  readonly directory: string
  readonly retention?: NonNullable<AuditLogOptions['retention']>
  readonly disk?: AuditDisk
  /** Called each time when records have been read to find those whose time is over: they lay open in memory. */
  readonly onPruned?: () => void
  readonly logger: Logger
  readonly now: () => number
}

/** Owner of the log of citizens' own requests: they belong to no organisation. */
const CITIZENS = 'citizens'

export function createAuditLogs(options: AuditLogsOptions): AuditLogs {
  const { organizationKeys: _own, onPruned: _done, ...shared } = options
  const { retention } = shared
  const opened = new Map<string, Promise<AuditLog>>()
  const healths = new Map<string, AuditLog>()
  const pruning = retention && startPruning(options, retention, (owner) => opened.get(owner))
  const openWhenFree = async (owner: string): Promise<AuditLog> => {
    await pruning?.giveWay(owner)
    return openAuditLog({ ...shared, owner, ...keysOfOwner(owner, options) })
  }
  const open = (owner: string): Promise<AuditLog> => {
    const known = opened.get(owner)
    if (known) return known
    const log = openWhenFree(owner)
    opened.set(owner, log)
    log.then(
      (ready) => healths.set(owner, ready),
      // Not kept: the next request tries again, and is refused until the log can be opened.
      () => opened.delete(owner),
    )
    return log
  }
  return {
    of: (organization) => ({
      append: async (record) => {
        const log = await open(organization ?? CITIZENS)
        await log.append(record)
      },
    }),
    published: createPublished(options),
    prune: async () => pruning?.run() ?? 0,
    health: () =>
      [...healths.values()].map((log) => log.health()).find(({ ok }) => !ok) ?? {
        name: 'audit',
        code: 'AUDIT_UNAVAILABLE',
        ok: true,
      },
    close: async () => {
      await pruning?.stop()
      await Promise.all([...opened.values()].map(async (log) => (await log).close()))
    },
  }
}

function startPruning(
  options: AuditLogsOptions,
  retention: NonNullable<AuditLogsOptions['retention']>,
  opened: (owner: string) => Promise<AuditLog> | undefined,
): Pruning {
  const { directory, logger, now, onPruned } = options
  const optionsOf = (owner: string) => {
    return { ...{ directory, owner, retention, logger, now }, ...keysOfOwner(owner, options) }
  }
  return createPruning({ directory, optionsOf, opened, logger, ...(onPruned && { onPruned }) })
}

/** Read beside the writer: a log that nobody has needed since the start is published like any other. */
function createPublished(options: AuditLogsOptions): AuditLogs['published'] {
  const { directory } = options
  const known = new Map<string, PublishedLog>()
  return async (owner) => {
    const found = known.get(owner)
    if (found) return found
    if (!(await listAuditOwners(directory)).includes(owner)) return undefined
    const { published } = openAuditLookup({ directory, owner, ...keysOfOwner(owner, options) })
    known.set(owner, published)
    return published
  }
}
