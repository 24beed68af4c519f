import { type AuditDisk, type AuditLog, type AuditLogOptions, openAuditLog } from '@kilde/audit'
import type { Logger, PartHealth } from '@kilde/service'

/** The access logs of the requesters' organisations: one each, opened when first needed. */
export interface AuditLogs {
  /** @param organization its number; undefined for citizens, who belong to none. */
  of(organization: string | undefined): Pick<AuditLog, 'append'>
  health(): PartHealth
  close(): Promise<void>
}

export interface AuditLogsOptions {
  readonly directory: string
  /** Master key (32 bytes); each organisation's own key is derived from it. */
  readonly key: Uint8Array
  /** Master keys that were in use before. */
  readonly previousKeys?: readonly Uint8Array[]
  /** Keys that organisations have given for their own logs, by number: these are not derived from the master key. */
  readonly organizationKeys?: Readonly<Record<string, Uint8Array>>
  readonly retention?: NonNullable<AuditLogOptions['retention']>
  readonly disk?: AuditDisk
  readonly logger: Logger
  readonly now: () => number
}

/** Owner of the log of citizens' own requests: they belong to no organisation. */
const CITIZENS = 'citizens'

export function createAuditLogs(options: AuditLogsOptions): AuditLogs {
  const { organizationKeys: _own, ...shared } = options
  const opened = new Map<string, Promise<AuditLog>>()
  const healths = new Map<string, AuditLog>()
  const open = (owner: string): Promise<AuditLog> => {
    const known = opened.get(owner)
    if (known) return known
    const log = openAuditLog({ ...shared, owner, ...keysFor(owner, options) })
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
    health: () =>
      [...healths.values()].map((log) => log.health()).find(({ ok }) => !ok) ?? {
        name: 'audit',
        ok: true,
      },
    close: async () => {
      await Promise.all([...opened.values()].map(async (log) => (await log).close()))
    },
  }
}

/**
 * An organisation may give its own key when its log has already begun: what the derived one sealed stays readable, and is
 * nobody else's.
 */
function keysFor(owner: string, { key, previousKeys = [], organizationKeys }: AuditLogsOptions) {
  const own = organizationKeys?.[owner]
  return own ? { key: own, previousKeys: [key, ...previousKeys] } : { key, previousKeys }
}
