/** What the log says of itself at one instant (RFC 6962 §3.5: signed tree head), signed as a JWS. */
export interface SignedTreeHead {
  /** Whose log: organisation number, or a word such as `citizens`. */
  readonly log: string
  /** Number of records. */
  readonly treeSize: number
  /** Epoch milliseconds. */
  readonly timestamp: number
  /** Merkle tree hash over all records (RFC 6962 §2.1), base64url. */
  readonly rootHash: string
  /** The same as a compact JWS by the log's signing key, with its `kid`: the only part to believe. */
  readonly jws: string
}

/** Proof that one record stands in the log, for whoever must not rely on the log's keeper. */
export interface AuditReceipt {
  /** Place of the record in the tree, from 0 on: its sequence number less one. */
  readonly leafIndex: number
  /**
   * Input of the leaf's hash, base64url: 16 random bytes, then the record as JSON. Without the random bytes the hash of a
   * record that was deleted could still be guessed.
   */
  readonly entry: string
  /** Inclusion proof (RFC 6962 §2.1.1): hashes from the leaf's sibling upwards, base64url. */
  readonly auditPath: readonly string[]
  readonly treeHead: SignedTreeHead
}

/** Proof that the log of an earlier tree head is the beginning of the log of a later one: nothing was changed or taken away. */
export interface AuditConsistency {
  /** Size of the earlier tree. */
  readonly fromSize: number
  /** Consistency proof (RFC 6962 §2.1.2), base64url. */
  readonly path: readonly string[]
  /** The later tree. */
  readonly treeHead: SignedTreeHead
}
