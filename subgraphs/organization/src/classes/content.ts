import { createHash } from 'node:crypto'
import { canonicalJson } from '../map/canonical.js'

/**
 * Digest of what a row says (32 hex digits). Copies of one version with different digests are in conflict: what only its source
 * calls by that name (ids, references) does not belong into it, nor do texts for display of what is coded.
 */
export const contentOf = (said: object): string =>
  createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 32)
