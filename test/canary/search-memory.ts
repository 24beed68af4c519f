import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Needle } from './needles.js'

/** A canary that was found: where, and what stands around it. */
export interface Find {
  readonly needle: string
  readonly where: string
  readonly around: string
}

interface Region {
  readonly start: number
  readonly end: number
  readonly name: string
}

const STEP = 16 * 2 ** 20
const MOST_FINDS = 2_000

/** What a core dump of a process would hold: every region that it can read, searched through `/proc/<pid>/mem`. */
export function searchMemory(pid: number, needles: readonly Needle[]): readonly Find[] {
  const file = openSync(`/proc/${pid}/mem`, 'r')
  try {
    return regionsOf(pid).flatMap((region) => searchRegion(file, region, needles))
  } finally {
    closeSync(file)
  }
}

function regionsOf(pid: number): readonly Region[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').trimEnd().split('\n')
  return lines.flatMap((line) => {
    const [, start = '', end = '', access = '', name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)$/.exec(line) ?? []
    if (!access.startsWith('r') || name.startsWith('[v')) return []
    return [{ start: parseInt(start, 16), end: parseInt(end, 16), name: `${access} ${name}` }]
  })
}

function searchRegion(file: number, region: Region, needles: readonly Needle[]): readonly Find[] {
  const longest = Math.max(...needles.map(({ bytes }) => bytes.length))
  const piece = Buffer.allocUnsafe(STEP + longest)
  const finds: Find[] = []
  for (let at = region.start; at < region.end; at += STEP) {
    const wanted = Math.min(piece.length, region.end - at)
    const got = readAt(file, piece.subarray(0, wanted), at)
    for (const find of searchBytes(piece.subarray(0, got), needles)) {
      const address = (at + find.at).toString(16)
      finds.push({ ...find, where: `${address} in ${region.name}` })
    }
  }
  return finds
}

/** A page may be gone by now, or not for reading after all (guard pages). */
function readAt(file: number, into: Buffer, at: number): number {
  try {
    return readSync(file, into, 0, into.length, at)
  } catch {
    return 0
  }
}

export function searchBytes(
  bytes: Buffer,
  needles: readonly Needle[],
): readonly { readonly needle: string; readonly at: number; readonly around: string }[] {
  const finds: { needle: string; at: number; around: string }[] = []
  for (const { name, bytes: wanted } of needles) {
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) {
      finds.push({ needle: name, at, around: around(bytes, at) })
      if (finds.length >= MOST_FINDS) return finds
    }
  }
  return finds
}

const around = (bytes: Buffer, at: number): string =>
  bytes
    .subarray(Math.max(0, at - 80), at + 80)
    .toString('latin1')
    .replace(/\0/g, '')
    .replace(/[^\x20-\x7e]/g, '·')

/** Where, what and in what words: enough to find out who keeps it. */
export const told = (finds: readonly Find[]): readonly string[] =>
  finds.slice(0, 50).map(({ where, needle, around: words }) => `${where}: ${needle}: ${words}`)
