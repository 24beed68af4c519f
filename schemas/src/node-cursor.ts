import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'

/** Place of a row in the total order: (effective, identity, organisation, id). design.md §3, keyset pagination. */
export interface RowKey {
  /** Effective instant (epoch milliseconds, whole number). */
  readonly t: number
  /** Identity: 32 hex digits, see {@link identityDigest}. */
  readonly i: string
  /** Organisation number of the disclosing node. */
  readonly o: string
  /** Row id, `<organisation number>.<local id>`. */
  readonly d: string
}

/** What a node's cursor says of its row, for the gateway to merge without looking into the row. */
export interface NodeCursor extends RowKey {
  /** Patient digest, see {@link patientDigest}. */
  readonly p: string
  /** Version of the row (whole number that grows). */
  readonly n: number
  /** Content digest: 32 hex digits over status, code, value, components and units. */
  readonly c: string
  /** Organisation number of the owner (data controller). */
  readonly w: string
}

const key = {
  v: z.literal(1),
  t: z.int().min(-8.64e15).max(8.64e15),
  i: z.string().regex(/^([0-9a-f]{32})?~?$/),
  o: z.string().regex(/^(\d{9})?~?$/),
  d: z.string().regex(/^(\d{9}\.[A-Za-z0-9.-]{1,64})?~?$/),
}
const rowKey = z.object(key)
const nodeCursor = z.object({
  ...key,
  i: z.string().regex(/^[0-9a-f]{32}$/),
  o: z.string().regex(/^\d{9}$/),
  d: z.string().regex(/^\d{9}\.[A-Za-z0-9.-]{1,64}$/),
  p: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  n: z.int().min(0),
  c: z.string().regex(/^[0-9a-f]{32}$/),
  w: z.string().regex(/^\d{9}$/),
})

/** Sorts before every organisation and id of the same instant and identity. */
export const BEFORE_ALL = ''
/** Sorts after every organisation and id of the same instant and identity. */
export const AFTER_ALL = '~'

const MAX_CURSOR_CHARACTERS = 600

export function encodeNodeCursor(cursor: NodeCursor): string {
  const { t, i, o, d, p, n, c, w } = cursor
  return Buffer.from(JSON.stringify({ v: 1, t, i, o, d, p, n, c, w })).toString('base64url')
}

/** Reads a node's cursor; undefined where it is not one. */
export function parseNodeCursor(text: unknown): NodeCursor | undefined {
  return strip(read(text, nodeCursor))
}

/** Writes the boundary that the gateway sends to a node as `after`. */
export function encodeBoundary({ t, i, o, d }: RowKey): string {
  return Buffer.from(JSON.stringify({ v: 1, t, i, o, d })).toString('base64url')
}

/** Reads the boundary in `after` at a node (a whole node cursor will do); undefined where it is not one. */
export function parseBoundary(text: unknown): RowKey | undefined {
  return strip(read(text, rowKey))
}

function strip<T extends { readonly v: 1 }>(read: T | undefined): Omit<T, 'v'> | undefined {
  if (read === undefined) return undefined
  const { v: _version, ...rest } = read
  return rest
}

function read<T>(text: unknown, shape: z.ZodType<T>): T | undefined {
  if (typeof text !== 'string' || text.length > MAX_CURSOR_CHARACTERS) return undefined
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Ascending order of rows; negative where `a` comes first. NEWEST_FIRST is its exact reverse. Text by code unit. */
export function compareKeys(a: RowKey, b: RowKey): number {
  return a.t - b.t || compareText(a.i, b.i) || compareText(a.o, b.o) || compareText(a.d, b.d)
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Identity of a row: a digest of constant length, so that copies stand side by side and cursors have constant size.
 * Over `system|value` of the first business identifier, or over the row id where there is none.
 */
export function identityDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/**
 * Ties a row to the patient asked for, so that a mix-up at a source is seen. Salted for each request: the digest is no
 * lasting pseudonym. `salt` is base64url; `token` is `system|value`.
 */
export function patientDigest(salt: string, token: string): string {
  return createHmac('sha256', Buffer.from(salt, 'base64url')).update(token).digest('base64url')
}
