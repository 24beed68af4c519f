import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Launched } from '@kilde/demo/test-network'
import { OVERWRITE_FREED } from '@kilde/service'
import { snapshotFlags } from './heap-snapshot.js'

type Environment = Readonly<Record<string, string>>

/** A gateway as a process of its own. */
export interface GatewayProcess extends Launched {
  /** Folder of its access logs. */
  readonly auditDirectory: string
  /** Makes it keep texts, in the heap, outside it, and in a file. */
  keep(texts: {
    readonly heap: string
    readonly native: string
    readonly file: string
  }): Promise<void>
}

/** @param directory of everything that the process may write: working folder, home, temporary files, output */
export async function startGateway(
  directory: string,
  environment: Environment,
): Promise<GatewayProcess> {
  const child = spawnIn(directory, { GLIBC_TUNABLES: OVERWRITE_FREED, ...environment })
  const ended = once(child, 'exit')
  const url = await Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    ended.then(([code]) => {
      throw new Error(`the gateway ended with ${String(code)}`)
    }),
  ])
  return {
    url,
    pid: child.pid ?? 0,
    auditDirectory: environment['KILDE_AUDIT_DIRECTORY'] ?? '',
    keep: async (texts) => {
      const kept = once(child, 'message')
      child.send({ keep: texts })
      await kept
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function spawnIn(directory: string, environment: Environment): ChildProcess {
  const temporary = join(directory, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const output = openSync(join(directory, 'output.log'), 'a')
  const flags = [...snapshotFlags, `--import=${new URL('keep.mjs', import.meta.url).href}`]
  try {
    return spawn(process.execPath, [...flags, gatewayProgram()], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', HOME: directory, TMPDIR: temporary, ...environment },
      stdio: ['ignore', output, output, 'ipc'],
    })
  } finally {
    closeSync(output)
  }
}

/** The built program: what runs in production, not what this test's own loader would make of its source. */
function gatewayProgram(): string {
  return fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url))
}
