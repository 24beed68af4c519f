import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAuditLog, readAuditLog, verifyAuditLog } from '@kilde/audit'
import { Pool } from 'undici'
import { logIn } from './log.js'

/** What one round showed. */
export interface Round {
  /** Rows that came out, in whole or begun. */
  readonly disclosed: number
  /** Of these, rows without a record. */
  readonly lost: number
  /** Records of rows that nobody got: the kill fell between record and answer. */
  readonly undisclosed: number
  /** Whether the log was whole afterwards, and went on. */
  readonly whole: boolean
}

/** Requests under way at once. */
const LANES = 64
const program = fileURLToPath(new URL('./run.mjs', import.meta.url))

/**
 * Asks a process for rows and kills it.
 * @param writes rows to ask for @param killAfter rows that have come out when it is killed @param delayMs and how much later
 */
export async function playRound(
  writes: number,
  killAfter: number,
  delayMs: number,
): Promise<Round> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-crash-'))
  try {
    const disclosed = await askUntilKilled(directory, { writes, killAfter, delayMs })
    const whole = await goesOn(directory)
    const recorded = new Set<string>()
    for await (const record of readAuditLog(logIn(directory)))
      if ('items' in record) for (const item of record.items ?? []) recorded.add(item)
    const lost = [...disclosed].filter((row) => !recorded.has(row)).length
    const undisclosed = [...recorded].filter((row) => !disclosed.has(row)).length
    return { disclosed: disclosed.size, lost, undisclosed, whole }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Plan {
  readonly writes: number
  readonly killAfter: number
  readonly delayMs: number
}

async function askUntilKilled(directory: string, plan: Plan): Promise<ReadonlySet<string>> {
  const child = spawn(
    process.execPath,
    ['--conditions=@kilde/source', '--no-warnings', program, 'serve', directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const port = await portOf(child)
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: LANES })
  const disclosed = new Set<string>()
  let next = 0
  let isKilled = false
  const kill = (): void => {
    isKilled = true
    setTimeout(() => child.kill('SIGKILL'), plan.delayMs)
  }
  const lane = async (): Promise<void> => {
    while (next < plan.writes) {
      const row = `r${next++}`
      try {
        const { statusCode, body } = await pool.request({ path: `/${row}`, method: 'GET' })
        // An answer that has begun counts as given out, whether or not its end came.
        if (statusCode === 200) disclosed.add(row)
        await body.text()
      } catch {
        return
      }
      if (!isKilled && disclosed.size >= plan.killAfter) kill()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  child.kill('SIGKILL')
  await ended
  await pool.destroy()
  return disclosed
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the process has no output')
  for await (const chunk of stdout) return Number(String(chunk))
  throw new Error('the process ended before it listened')
}

/** Opened again, the log takes another record and is whole. */
async function goesOn(directory: string): Promise<boolean> {
  const log = await openAuditLog(logIn(directory))
  const at = new Date().toISOString()
  await log.append({ event: 'AUDIT_RESUMED', at, since: at, rejected: 0 })
  const receipt = await log.receipt((await log.treeHead()).treeSize)
  await log.close()
  const { ok, records } = await verifyAuditLog(logIn(directory))
  return ok && records === receipt.leafIndex + 1
}
