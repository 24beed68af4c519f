import { readFileSync } from 'node:fs'
import { open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AuditError } from '../errors.js'

/**
 * Keeps a second process from writing the same log. The lock names a process by id and start time, so that one left behind
 * by a killed process holds nobody up, also where ids are used again. Containers that share a folder do not see each other's
 * processes: give each its own.
 * @returns release
 * @throws AuditError `AUDIT_LOG_IN_USE`
 */
export async function lock(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock')
  const holder = await readFile(path, 'utf8').catch(() => undefined)
  if (holder !== undefined) {
    if (isAlive(holder)) throw new AuditError('AUDIT_LOG_IN_USE')
    await unlink(path)
  }
  const handle = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw isTaken(cause) ? new AuditError('AUDIT_LOG_IN_USE', { cause }) : cause
  })
  try {
    await handle.writeFile(`${process.pid} ${startOf(process.pid)}`)
  } finally {
    await handle.close()
  }
  return async () => unlink(path).catch(() => undefined)
}

function isAlive(holder: string): boolean {
  const [pid, start] = holder.split(' ')
  if (!pid || !/^\d+$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return startOf(Number(pid)) === start
}

/** Start time of a process in clock ticks since boot; `-` where the system has no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name may hold spaces and parentheses; the numbers begin after the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-'
  } catch {
    return '-'
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST'
}
