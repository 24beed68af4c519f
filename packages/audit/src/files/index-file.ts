import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises'
import { INDEX_KEY_BYTES, type IndexKeys } from '../index-keys.js'
import type { IndexQuery } from '../store.js'

/**
 * Index of one segment: a header, then one entry of fixed size for each record, in their order. Made of the segment and
 * made again from it where it is missing, too short or of another key.
 */
const ENTRY = 32
const MARK = Buffer.from('KILDEIX1')
const NONE = Buffer.alloc(INDEX_KEY_BYTES)

export interface IndexEntry extends IndexKeys {
  /** Where the line begins in the segment (bytes). */
  readonly offset: number
}

export const indexPath = (segmentPath: string): string => segmentPath.replace(/\.jsonl$/, '.index')

function headerOf(id: Buffer): Buffer {
  const header = Buffer.alloc(ENTRY)
  MARK.copy(header)
  id.copy(header, MARK.length)
  return header
}

function encodeEntry({ offset, atMs, patient, decision }: IndexEntry): Buffer {
  const entry = Buffer.alloc(ENTRY)
  entry.writeUInt32LE(offset, 0)
  entry.writeDoubleLE(atMs, 8)
  ;(patient ?? NONE).copy(entry, 16)
  ;(decision ?? NONE).copy(entry, 24)
  return entry
}

/** Whether the file is the whole index of a segment of so many records. */
export async function isWhole(path: string, id: Buffer, records: number): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return false
  try {
    const header = Buffer.alloc(ENTRY)
    await file.read(header, 0, ENTRY, 0)
    const { size } = await file.stat()
    return header.equals(headerOf(id)) && size === ENTRY * (records + 1)
  } finally {
    await file.close()
  }
}

export async function replaceIndex(path: string, id: Buffer, entries: readonly IndexEntry[]) {
  await writeFile(`${path}.new`, Buffer.concat([headerOf(id), ...entries.map(encodeEntry)]), {
    mode: 0o600,
  })
  await rename(`${path}.new`, path)
}

/** @param at number of records before these in the segment */
export async function addEntries(
  file: FileHandle,
  at: number,
  entries: readonly IndexEntry[],
): Promise<void> {
  await file.write(
    Buffer.concat(entries.map(encodeEntry)),
    0,
    ENTRY * entries.length,
    ENTRY * (at + 1),
  )
}

/** A record that may fit: its place in the segment, from 0 on, and where its line begins. */
export interface Candidate {
  readonly at: number
  readonly offset: number
}

/** What an index is asked, by the id of the key that it was made with (hex): a digest of one key is nothing to another. */
export type IndexQueries = ReadonlyMap<string, IndexQuery>

export interface Candidates {
  /** In the order of the log. */
  readonly found: readonly Candidate[]
  /** So many records from the segment's first on are in the index; none where it is missing or of a key that is not known. */
  readonly known: number
}

/** @param records those that are durable; entries beyond are not looked at */
export async function candidates(
  path: string,
  records: number,
  queries: IndexQueries,
): Promise<Candidates> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  const query = queries.get(bytes.toString('hex', MARK.length, MARK.length + INDEX_KEY_BYTES))
  if (!query) return { found: [], known: 0 }
  const known = Math.max(0, Math.min(records, Math.floor(bytes.length / ENTRY) - 1))
  const found: Candidate[] = []
  for (let at = 0; at < known; at++) {
    const from = ENTRY * (at + 1)
    if (mayFit(bytes, from, query)) found.push({ at, offset: bytes.readUInt32LE(from) })
  }
  return { found, known }
}

function mayFit(bytes: Buffer, from: number, query: IndexQuery): boolean {
  const atMs = bytes.readDoubleLE(from + 8)
  if (!(atMs >= query.fromMs && atMs < query.toMs)) return false
  return holds(bytes, from + 16, query.patient) && holds(bytes, from + 24, query.decision)
}

const holds = (bytes: Buffer, from: number, key: Buffer | undefined): boolean =>
  key === undefined || key.compare(bytes, from, from + INDEX_KEY_BYTES) === 0

/** Where the line of one record begins; undefined where the index does not say. */
export async function offsetOf(path: string, at: number): Promise<number | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return undefined
  try {
    const entry = Buffer.alloc(ENTRY)
    const { bytesRead } = await file.read(entry, 0, ENTRY, ENTRY * (at + 1))
    return bytesRead === ENTRY ? entry.readUInt32LE(0) : undefined
  } finally {
    await file.close()
  }
}
