import type { IndexKeys } from './index-keys.js'
import type { Tip } from './line.js'
import type { Frontier } from './merkle/frontier.js'
import type { ReadHashes } from './merkle/proofs.js'

/** How far a log has come: everything that the next record is made from. */
export interface LogEnd {
  readonly tip: Tip
  /** Its tree; one leaf for each record. */
  readonly tree: Frontier
}

export interface Batch {
  /** The end that the batch was made for. */
  readonly from: LogEnd
  readonly records: readonly StoredRecord[]
  /** Hashes of the tree that are new, in the layout's order. */
  readonly hashes: readonly Buffer[]
  readonly end: LogEnd
}

export interface StoredRecord {
  readonly bytes: Buffer
  readonly index: IndexKeys
}

/** What index keys a record must have; absent ones fit all. */
export interface IndexQuery {
  readonly patient: Buffer | undefined
  readonly decision: Buffer | undefined
  readonly fromMs: number
  readonly toMs: number
  readonly newestFirst: boolean
}

/** A log as it rests, for whoever checks it: nothing of it is believed. */
export interface StoredLog {
  /** What the log's keeper last said of its end. */
  head(): Promise<Tip | 'absent' | 'forged'>
  /** Lines in order. @param after number of the record before the first one that is wanted */
  lines(after?: number): AsyncGenerator<Buffer>
  /** Tree heads as they were signed, oldest first. */
  treeHeads(): AsyncGenerator<string>
  /** The last of them; undefined before the first. */
  newestTreeHead(): Promise<string | undefined>
}

/** Where one log rests. One process writes it, one batch at a time. */
export interface LogStore extends StoredLog {
  /** The durable end; after a failure as it is found again. */
  end(): Promise<LogEnd>
  /** All of the batch or nothing; resolves when it is durable. */
  append(batch: Batch): Promise<void>
  addTreeHead(jws: string, size: number): Promise<void>
  readonly hashes: ReadHashes
  line(sequence: number): Promise<Buffer | undefined>
  /** Lines that may fit; digests in the index are cut short, so each must be looked at. */
  find(query: IndexQuery): AsyncGenerator<Buffer>
  /** Puts in place of a line what `change` makes of it. @returns number of lines changed */
  rewrite(change: (bytes: Buffer) => Buffer | undefined): Promise<number>
  /** How often something was made durable. */
  syncs(): number
  close(): Promise<void>
}
