/** What is sent in one request: a Bundle, and where each of its entries comes from. */
export interface Part {
  readonly kind: 'part'
  readonly body: string
  readonly origins: readonly Origin[]
  /** Read so far, of all files (bytes): how far the whole has come once this part is sent. */
  readonly bytesRead: number
}

export interface Origin {
  readonly file: string
  /** E.g. `Bundle.entry[3]` or `line 12`; absent where the file is the resource. */
  readonly place?: string
  /** Sent before and sent again, because other entries refer to it: not counted twice. */
  readonly again?: true
}

/** A file, or a line of one, that is not sent at all. */
export interface Unusable {
  readonly kind: 'unusable'
  readonly code: 'FILE_UNREADABLE' | 'FILE_NOT_JSON' | 'FILE_NOT_FHIR'
  readonly origin: Origin
  /** Continues a sentence that begins with the file's name. */
  readonly reason: string
}

/** Entries in one request at most. */
export const MOST_ENTRIES = 500
/** Characters of one gathered request at most: a node takes more, but one request should not take long. */
export const MOST_CHARACTERS = 2_000_000
