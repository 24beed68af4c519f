import { createHash } from 'node:crypto'
import { z } from 'zod'
import { hashLeaf } from './merkle/hash.js'

/** Where the chain stands: number of the last record (0 before the first) and what the next one names as its predecessor. */
export interface Tip {
  readonly sequence: number
  readonly hash: string
}

export const START: Tip = { sequence: 0, hash: digest('kilde-audit/v1') }

const place = { s: z.int().positive(), p: z.string() }
const first = z.strictObject({ ...place, c: z.string() })
const second = z.strictObject({
  v: z.literal(2),
  ...place,
  k: z.string(),
  l: z.string().length(43),
  c: z.string(),
})
const deletedFirst = z.strictObject({ v: z.literal(1), ...place, h: z.string(), x: z.string() })
const deletedSecond = z.strictObject({ v: z.literal(2), ...place, l: z.string(), x: z.string() })
const shape = z.union([second, first, deletedSecond, deletedFirst])

/**
 * A line as it is stored. `s` its number, `p` its predecessor in the chain, `c` the sealed record, `k` the key, `l` the
 * leaf's hash, and of a record whose time of retention has ended `x`, the keeper's signed word for it.
 * - Format 1: chained and hashed over its bytes; deleted, it leaves their digest `h`.
 * - Format 2: chained over the leaf's hash, which says what the record was without saying it, so that chain and tree go on
 *   when the record is deleted.
 */
export type Line = z.infer<typeof shape>
export type SealedLine = z.infer<typeof second>
export type DeletedLine = z.infer<typeof deletedFirst> | z.infer<typeof deletedSecond>

export const isDeleted = (line: Line): line is DeletedLine => 'x' in line

/** A line in its place: what it says and what follows from it. */
export interface Placed {
  readonly line: Line
  readonly before: Tip
  readonly tip: Tip
  readonly leaf: Buffer
}

/** The only way in which a line is written. */
export const encodeLine = (line: Line): Buffer => Buffer.from(JSON.stringify(inOrder(line)))

function inOrder(line: Line): object {
  const { s, p } = line
  if ('h' in line) return { v: 1, s, p, h: line.h, x: line.x }
  if ('x' in line) return { v: 2, s, p, l: line.l, x: line.x }
  return 'l' in line ? { v: 2, s, k: line.k, p, l: line.l, c: line.c } : { s, p, c: line.c }
}

/**
 * Only what was written so is a line: format 2 does not chain over bytes, so that spaces, a member put in twice or another
 * spelling would else be changes that nobody finds.
 */
function parseLine(bytes: Buffer): Line | undefined {
  try {
    const line = shape.safeParse(JSON.parse(bytes.toString('utf8'))).data
    return line && encodeLine(line).equals(bytes) ? line : undefined
  } catch {
    return undefined
  }
}

/** The line in its place, or undefined where it does not follow `tip`. Needs no key. */
export function follow(tip: Tip, bytes: Buffer): Placed | undefined {
  const placed = placeLine(bytes)
  const { before } = placed ?? {}
  return before?.sequence === tip.sequence && before.hash === tip.hash ? placed : undefined
}

/** The line where it claims to stand. */
export function placeLine(bytes: Buffer): Placed | undefined {
  const line = parseLine(bytes)
  if (!line) return undefined
  const before = { sequence: line.s - 1, hash: line.p }
  if ('l' in line) return { line, before, ...chained(before, Buffer.from(line.l, 'base64url')) }
  const hash = 'h' in line ? line.h : digest(bytes)
  const leaf = hashLeaf(Buffer.from(hash, 'base64url'))
  return { line, before, tip: { sequence: line.s, hash }, leaf }
}

export function chained(before: Tip, leaf: Buffer): { readonly tip: Tip; readonly leaf: Buffer } {
  const sequence = before.sequence + 1
  const hash = digest(`kilde-audit/v2|${sequence}|${before.hash}|${leaf.toString('base64url')}`)
  return { tip: { sequence, hash }, leaf }
}

export function digest(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('base64url')
}
