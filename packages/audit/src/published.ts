import type { PublicJwk } from '@kilde/trust'
import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { consistencyProof, type ReadHashes } from './merkle/proofs.js'
import type { SignedTreeHead } from './receipt.js'
import { readTreeHead } from './tree-head.js'

/** What anybody may be told of a log: how far it had come, and that it has only grown. Nothing of what stands in it. */
export interface PublishedLog {
  readonly owner: string
  /** Keys that tree heads of this log are or were signed with. */
  publicKeys(): readonly PublicJwk[]
  /**
   * The newest tree head that the log has signed, undefined before the first. Nothing is signed for who asks: else
   * anybody could make the log write, and see at which instant a record came.
   */
  newestTreeHead(): Promise<SignedTreeHead | undefined>
  /**
   * Consistency proof between two sizes (RFC 6962 §2.1.2), hashes in base64url.
   * @throws AuditError `AUDIT_TREE_HEAD_UNKNOWN` where `toSize` is beyond the newest tree head, or `fromSize` beyond that
   */
  consistency(fromSize: number, toSize: number): Promise<readonly string[]>
}

interface PublishedParts {
  /** The newest tree head as it was signed. */
  newestTreeHead(): Promise<string | undefined>
  readonly hashes: ReadHashes
}

export function createPublished(keys: LogKeys, parts: PublishedParts): PublishedLog {
  let last: SignedTreeHead | undefined
  const newestTreeHead = async (): Promise<SignedTreeHead | undefined> => {
    const jws = await parts.newestTreeHead()
    if (jws !== undefined && jws !== last?.jws) last = readTreeHead(jws, keys.published)
    return jws === undefined ? undefined : last
  }
  return {
    owner: keys.owner,
    publicKeys: () => keys.published,
    newestTreeHead,
    async consistency(fromSize, toSize) {
      const size = (await newestTreeHead())?.treeSize ?? -1
      if (!(fromSize >= 0 && fromSize <= toSize && toSize <= size))
        throw new AuditError('AUDIT_TREE_HEAD_UNKNOWN')
      const path = await consistencyProof(fromSize, toSize, parts.hashes)
      return path.map((hash) => hash.toString('base64url'))
    },
  }
}
