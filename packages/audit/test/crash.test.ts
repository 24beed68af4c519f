import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from '@jest/globals'
import { buildSync } from 'esbuild'
import { verifyAuditLog } from '../src/index.js'
import { aRead, KEY, OWNER, open, requestIds, withFolder } from './kit.js'

const KILLS = 6

describe('after a crash', () => {
  it('every acknowledged record is there, over several kills, and the chain is whole', () =>
    withFolder(async (directory) => {
      const program = buildAppender(directory)
      const acknowledged: string[] = []
      for (let turn = 0; turn < KILLS; turn++) {
        const child = spawn(process.execPath, [program, directory, `${turn}`], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        acknowledged.push(...(await killAfter(child, 40 + 35 * turn)))
      }
      expect(acknowledged.length).toBeGreaterThan(KILLS * 40)
      await goesOn(directory)
      const kept = new Set(await requestIds(directory))
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
    }))

  it('a write that the disk took only half of leaves no trace, and what was acknowledged stays', () =>
    withFolder(async (directory) => {
      const program = buildAppender(directory)
      // Files of this process may have 32 blocks of 512 bytes: a full disk, as the log sees it.
      const child = spawn(
        'sh',
        ['-c', 'ulimit -f 32; exec "$0" "$@"', process.execPath, program, directory, 'full'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const acknowledged = await linesUntilEnd(child)
      expect(acknowledged.at(-1)).toBe('AUDIT_UNAVAILABLE')
      await goesOn(directory)
      const kept = await requestIds(directory)
      expect(kept.slice(0, -1)).toEqual(acknowledged.slice(0, -1))
    }))
})

async function goesOn(directory: string): Promise<void> {
  const log = await open(directory)
  await log.append(aRead('afterwards'))
  await log.close()
  expect(await verifyAuditLog({ directory, owner: OWNER, key: KEY })).toMatchObject({ ok: true })
  expect((await requestIds(directory)).at(-1)).toBe('afterwards')
}

async function killAfter(child: ChildProcess, lines: number): Promise<readonly string[]> {
  const read: string[] = []
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    read.push(line)
    if (read.length === lines) child.kill('SIGKILL')
  }
  return read
}

async function linesUntilEnd(child: ChildProcess): Promise<readonly string[]> {
  const [read] = await Promise.all([
    killAfter(child, Number.POSITIVE_INFINITY),
    once(child, 'exit'),
  ])
  return read
}

/** A child process cannot run TypeScript: the appender is bundled first. */
function buildAppender(directory: string): string {
  const outfile = join(directory, 'appender.cjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'appender.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['@kilde/source'],
    logLevel: 'error',
  })
  return outfile
}
