import { type AuditLog, type AuditPruneOptions, listAuditOwners, pruneAuditLog } from '@kilde/audit'
import type { Logger } from '@kilde/service'

/** Deletes what retention lets go from all logs, one log at a time. */
export interface Pruning {
  /** Once through all logs there are. @returns number of records deleted */
  run(): Promise<number>
  /** Resolves when the log of this owner is not being pruned: whoever wants to write it waits for one file at most. */
  giveWay(owner: string): Promise<void>
  stop(): Promise<void>
}

export interface PruningParts {
  readonly directory: string
  /** How a log at rest is opened. */
  readonly optionsOf: (owner: string) => Omit<AuditPruneOptions, 'signal'>
  /** A log that is open for writing, which is pruned by itself. */
  readonly opened: (owner: string) => Promise<Pick<AuditLog, 'prune'>> | undefined
  readonly onPruned?: () => void
  readonly logger: Logger
}

const DAY_MS = 86_400_000

interface Current {
  readonly owner: string
  readonly ending: AbortController
  readonly done: Promise<unknown>
}

/** Begins at once, and again every day: a log that nobody writes any more is opened by nobody else. */
export function createPruning(parts: PruningParts): Pruning {
  const { directory, optionsOf, opened, onPruned, logger } = parts
  let current: Current | undefined
  let isStopped = false
  let running: Promise<number> = Promise.resolve(0)

  async function prune(owner: string): Promise<number> {
    const log = opened(owner)
    if (log) return (await log).prune()
    const ending = new AbortController()
    const done = pruneAuditLog({ ...optionsOf(owner), signal: ending.signal })
    current = { owner, ending, done }
    try {
      return await done
    } finally {
      current = undefined
    }
  }

  async function through(): Promise<number> {
    let deleted = 0
    for (const owner of await listAuditOwners(directory)) {
      if (isStopped) break
      try {
        deleted += await prune(owner)
      } catch (fault) {
        logger.warn({ owner, fault: String(fault) }, 'an access log could not be pruned')
      }
    }
    onPruned?.()
    return deleted
  }

  const run = (): Promise<number> => {
    const next = running.then(through)
    running = next.catch((fault: unknown) => {
      logger.warn({ fault: String(fault) }, 'access logs could not be pruned')
      return 0
    })
    return next
  }
  const runQuietly = (): void => void run().catch(() => undefined)
  runQuietly()
  const timer = setInterval(runQuietly, DAY_MS).unref()

  const end = async (): Promise<void> => {
    current?.ending.abort()
    await current?.done.catch(() => undefined)
  }
  return {
    run,
    async giveWay(owner) {
      if (current?.owner === owner) await end()
    },
    async stop() {
      clearInterval(timer)
      isStopped = true
      await end()
      await running
    },
  }
}
