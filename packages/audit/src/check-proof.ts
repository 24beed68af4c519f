import type { PublicJwk } from '@kilde/trust'
import { AuditError } from './errors.js'
import { provesConsistency, provesInclusion } from './merkle/check.js'
import { hashLeaf } from './merkle/hash.js'
import type { AuditConsistency, AuditReceipt, SignedTreeHead } from './receipt.js'
import { type AuditRecord, checkRecord } from './record.js'
import { readTreeHead } from './tree-head.js'

const SALT = 16
/** An entry of format 1 is the digest of a sealed line, and says nothing itself. */
const FIRST_FORMAT = 32

/**
 * What a receipt proves: that this record stands in the log, under the tree head that was signed. Whose keys these are, the
 * caller must know.
 * @returns the tree head, and the record; none for one of format 1, of which only the sealed line is proved
 * @throws AuditError `AUDIT_PROOF_INVALID`
 */
export function checkReceipt(
  receipt: AuditReceipt,
  keys: readonly PublicJwk[],
): { readonly treeHead: SignedTreeHead; readonly record: AuditRecord | undefined } {
  const treeHead = readTreeHead(receipt.treeHead.jws, keys)
  const entry = Buffer.from(receipt.entry, 'base64url')
  const isIncluded = provesInclusion({
    leafIndex: receipt.leafIndex,
    treeSize: treeHead.treeSize,
    leafHash: hashLeaf(entry),
    auditPath: receipt.auditPath.map(bytes),
    rootHash: bytes(treeHead.rootHash),
  })
  if (!isIncluded) throw invalid('inclusion')
  if (entry.length === FIRST_FORMAT) return { treeHead, record: undefined }
  return { treeHead, record: checkRecord(JSON.parse(entry.toString('utf8', SALT))) }
}

/**
 * That a log only grew between two of its tree heads.
 * @param earlier a tree head that the caller kept
 * @throws AuditError `AUDIT_PROOF_INVALID`
 */
export function checkConsistency(
  earlier: SignedTreeHead,
  proof: AuditConsistency,
  keys: readonly PublicJwk[],
): SignedTreeHead {
  const before = readTreeHead(earlier.jws, keys)
  const after = readTreeHead(proof.treeHead.jws, keys)
  const isConsistent =
    before.log === after.log &&
    provesConsistency({
      fromSize: before.treeSize,
      fromRoot: bytes(before.rootHash),
      treeSize: after.treeSize,
      rootHash: bytes(after.rootHash),
      path: proof.path.map(bytes),
    })
  if (!isConsistent) throw invalid('consistency')
  return after
}

const bytes = (hash: string): Buffer => Buffer.from(hash, 'base64url')
const invalid = (detail: string) => new AuditError('AUDIT_PROOF_INVALID', { detail })
