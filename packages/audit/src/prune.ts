import { AuditError } from './errors.js'
import { ownersFolder, usableFolder } from './files/folder.js'
import { recover } from './files/recover.js'
import { rewriteSegments } from './files/rewrite.js'
import { deriveKeys } from './keys.js'
import type { AuditLogOptions } from './log.js'
import { createDeletion, type Retention } from './retention.js'

export interface AuditPruneOptions
  extends Pick<
    AuditLogOptions,
    'directory' | 'owner' | 'key' | 'previousKeys' | 'digestKey' | 'logger' | 'now'
  > {
  readonly retention: Retention
  /** Ends it after the file under way (at most 16 MiB, as a rule): what is left is for the next time. */
  readonly signal?: AbortSignal
}

/**
 * Deletes what retention lets go from a log in files that nobody has open, its newest file included: a log that is not written
 * any more would else keep that for ever. Meanwhile nobody can open it.
 * @returns number of records deleted
 * @throws AuditError `AUDIT_LOG_IN_USE`, `AUDIT_LOG_DAMAGED`, `AUDIT_UNAVAILABLE`
 */
export async function pruneAuditLog(options: AuditPruneOptions): Promise<number> {
  const { retention, logger, signal, now = Date.now } = options
  const keys = deriveKeys(options)
  const directory = ownersFolder(options.directory, options.owner)
  const release = await usableFolder(directory)
  try {
    // A torn tail is cut away first: what is written anew is whole lines.
    await recover(directory, keys, logger)
    const maker = { keys, digestKey: options.digestKey ?? keys.current.digest }
    const deletion = createDeletion(keys, retention, now())
    return await rewriteSegments(directory, deletion, maker, {
      atRest: true,
      ...(signal && { signal }),
    })
  } catch (cause) {
    throw cause instanceof AuditError ? cause : new AuditError('AUDIT_UNAVAILABLE', { cause })
  } finally {
    await release()
  }
}
