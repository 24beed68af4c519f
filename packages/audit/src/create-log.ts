import type { Logger } from '@kilde/service'
import { makeBatch } from './batch.js'
import { indexQuery, openFitting } from './find.js'
import { GroupCommit } from './group-commit.js'
import type { LogKeys } from './keys.js'
import type { AuditLog } from './log.js'
import { every } from './maintain.js'
import { createProver } from './prove.js'
import { createPublished } from './published.js'
import { digestOfPatient, fits } from './query.js'
import { checkRecord } from './record.js'
import { createDeletion, type Retention } from './retention.js'
import type { LogStore } from './store.js'

/** What a log takes besides a place to rest. */
export interface LogParts {
  readonly keys: LogKeys
  readonly digestKey: Uint8Array
  readonly logger: Logger
  readonly now: () => number
  readonly timeoutMs: number
  readonly retryMs: number
  readonly treeHeadMs: number
  readonly retention: Retention | undefined
}

const DAY_MS = 86_400_000

/** The log itself, wherever it rests: queue, chain, tree, look-ups, proofs and retention. */
export function createLog(
  store: LogStore,
  parts: LogParts,
  release: () => Promise<void>,
): AuditLog {
  const { keys, digestKey, now, retention } = parts
  const prover = createProver(store, keys, now)
  const write = async (records: Parameters<typeof makeBatch>[3]): Promise<void> =>
    store.append(makeBatch(keys, digestKey, await store.end(), records))
  const queue = new GroupCommit({ ...parts, write })
  let pruning: Promise<number> = Promise.resolve(0)
  const prune = (): Promise<number> => {
    const work = async () => (retention ? store.rewrite(createDeletion(keys, retention, now())) : 0)
    pruning = pruning.catch(() => 0).then(work)
    return pruning
  }
  const stops = [every(parts.treeHeadMs, () => prover.signNew()), every(DAY_MS, prune)]
  return {
    owner: keys.owner,
    append: async (record) => queue.add(checkRecord(record)),
    patientDigest: (identifier) => digestOfPatient(digestKey, identifier),
    find: (query) => {
      const lines = store.find(indexQuery(query, digestKey))
      return openFitting(lines, keys, (record) => fits(record, query, digestKey))
    },
    receipt: (sequence) => prover.receipt(sequence),
    treeHead: () => prover.treeHead(),
    consistency: (fromSize) => prover.consistency(fromSize),
    publicKeys: () => keys.published,
    published: createPublished(keys, store),
    prune,
    health: () => queue.health(),
    counts: () => ({ ...queue.counts(), syncs: store.syncs() }),
    async close() {
      await queue.close()
      for (const stop of stops) await stop()
      // Whoever opens the log next must find nobody making files of it anew.
      await pruning.catch(() => 0)
      // What came since the last tree head is in the chain; a log that cannot be written keeps it for the next start.
      await prover.signNew().catch(() => undefined)
      await store.close()
      await release()
    },
  }
}
