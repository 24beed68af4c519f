import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../simulation/random.js'

export const mutationKinds = ['flip', 'delete', 'insert', 'swap', 'truncate'] as const
export type MutationKind = (typeof mutationKinds)[number]

/** One file of a log before and after a change. */
export interface Mutation {
  readonly kind: MutationKind
  readonly path: string
  readonly before: Buffer
  readonly after: Buffer
  /** Number of the record in which the first changed byte is. */
  readonly firstBad: number
}

/**
 * Changes one byte or many in one of the files that hold the records, anywhere but behind the log's last byte: what stands
 * there without a line feed cannot be told from a write that is under way.
 * @param folder of one owner's log
 */
export async function mutate(folder: string, kind: MutationKind, random: Random) {
  const name = random.pick((await readdir(folder)).filter((one) => /^\d{16}\.jsonl$/.test(one)))
  const path = join(folder, name)
  const before = await readFile(path)
  const { at, after } = changes[kind](before, random)
  const firstBad = Number(name.slice(0, 16)) + linesBefore(before, at)
  return { kind, path, before, after, firstBad } satisfies Mutation
}

export const apply = ({ path, after }: Mutation): Promise<void> => writeFile(path, after)
export const undo = ({ path, before }: Mutation): Promise<void> => writeFile(path, before)

interface Change {
  /** Offset of the first byte that is another one, or is gone. */
  readonly at: number
  readonly after: Buffer
}

const changes: Readonly<Record<MutationKind, (bytes: Buffer, random: Random) => Change>> = {
  flip(bytes, random) {
    const at = random.below(bytes.length)
    const after = Buffer.from(bytes)
    after[at] = (after[at] ?? 0) ^ (1 << random.below(8))
    return { at, after }
  },
  delete(bytes, random) {
    const [from, to] = random.chance(0.5) ? pickLine(bytes, random) : pickRange(bytes, random)
    return changed(bytes, Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]))
  },
  insert(bytes, random) {
    const [from, to] = random.chance(0.3) ? pickLine(bytes, random) : pickRange(bytes, random)
    const at = random.chance(0.5) ? pickLine(bytes, random)[0] : random.below(bytes.length)
    const given = random.chance(0.3)
      ? Buffer.alloc(random.between(1, 20), ' ')
      : bytes.subarray(from, to)
    return changed(bytes, Buffer.concat([bytes.subarray(0, at), given, bytes.subarray(at)]))
  },
  swap(bytes, random) {
    const [first, second] = [pickLine(bytes, random), pickLine(bytes, random)].sort(
      (a, b) => a[0] - b[0],
    )
    if (!first || !second || first[0] === second[0]) return swapBytes(bytes, random)
    const parts = [
      bytes.subarray(0, first[0]),
      bytes.subarray(...second),
      bytes.subarray(first[1], second[0]),
      bytes.subarray(...first),
      bytes.subarray(second[1]),
    ]
    return changed(bytes, Buffer.concat(parts))
  },
  truncate(bytes, random) {
    const at = random.below(bytes.length)
    return { at, after: bytes.subarray(0, at) }
  },
}

function swapBytes(bytes: Buffer, random: Random): Change {
  const after = Buffer.from(bytes)
  const [one, other] = [random.below(bytes.length), random.below(bytes.length)]
  ;[after[one], after[other]] = [bytes[other] ?? 0, bytes[one] ?? 0]
  return changed(bytes, after)
}

/** A change that changes nothing, e.g. of two bytes that are the same, becomes one that does. */
function changed(before: Buffer, after: Buffer): Change {
  let at = 0
  while (at < before.length && at < after.length && before[at] === after[at]) at += 1
  // Whole lines behind the last one are a change too.
  if (at < before.length || (after.length > at && after.at(-1) === LINE_FEED)) return { at, after }
  const flipped = Buffer.from(before)
  flipped[0] = (before[0] ?? 0) ^ 1
  return { at: 0, after: flipped }
}

/** A line with its line feed. */
function pickLine(bytes: Buffer, random: Random): readonly [from: number, to: number] {
  const inIt = random.below(bytes.length)
  const from = inIt === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, inIt - 1) + 1
  return [from, bytes.indexOf(LINE_FEED, inIt) + 1]
}

function pickRange(bytes: Buffer, random: Random): readonly [from: number, to: number] {
  const from = random.below(bytes.length)
  return [from, Math.min(bytes.length, from + random.between(1, 300))]
}

const LINE_FEED = 10

function linesBefore(bytes: Buffer, at: number): number {
  let lines = 0
  for (let feed = bytes.indexOf(LINE_FEED); feed >= 0 && feed < at; ) {
    lines += 1
    feed = bytes.indexOf(LINE_FEED, feed + 1)
  }
  return lines
}
