import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface MemoryUse {
  readonly bytes: number
  readonly processes: number
  /** `PSS`: pages that several processes share are counted once. `RSS`: they are counted in each, so it is an upper bound. */
  readonly kind: 'PSS' | 'RSS'
}

const PROC = process.platform === 'linux' ? '/proc' : undefined

/**
 * Memory of a process and everything below it; undefined where the system does not tell.
 * @param proc where Linux tells of its processes
 */
export function measureTree(root: number, proc = PROC): MemoryUse | undefined {
  try {
    return proc === undefined ? fromPs(root) : fromProc(root, proc)
  } catch {
    return undefined
  }
}

function fromProc(root: number, proc: string): MemoryUse {
  const parents = readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), kilobytes(`${proc}/${name}/status`, 'PPid') ?? 0] as const)
  const tree = below(root, parents)
  const pss = tree.map((pid) => kilobytes(`${proc}/${pid}/smaps_rollup`, 'Pss'))
  // Another user's process (PostgreSQL, where root started the demo) may not show its map.
  const kind = pss.includes(undefined) ? 'RSS' : 'PSS'
  const each = kind === 'PSS' ? pss : tree.map((pid) => kilobytes(`${proc}/${pid}/status`, 'VmRSS'))
  return { bytes: sum(each) * 1024, processes: tree.length, kind }
}

/** 0 for a process that has ended since it was listed: a database server starts and ends workers all the time. */
function kilobytes(file: string, field: string): number | undefined {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))
    return found ? Number(found[1]) : undefined
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ESRCH' ? 0 : undefined
  }
}

function fromPs(root: number): MemoryUse {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).split(
    '\n',
  )
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number))
  const tree = below(
    root,
    rows.map(([pid = 0, parent = 0]) => [pid, parent] as const),
  )
  const used = rows.filter(([pid = 0]) => tree.includes(pid)).map(([, , rss = 0]) => rss)
  return { bytes: sum(used) * 1024, processes: tree.length, kind: 'RSS' }
}

function below(
  root: number,
  parents: readonly (readonly [pid: number, parent: number])[],
): number[] {
  const tree = [root]
  for (const known of tree) {
    for (const [pid, parent] of parents) if (parent === known && !tree.includes(pid)) tree.push(pid)
  }
  return tree
}

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)
