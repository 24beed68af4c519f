import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

type Environment = Readonly<Record<string, string>>

/** A gateway as a process of its own, which can be ended as a failing machine ends it. */
export interface GatewayProcess {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
  kill(): Promise<void>
}

/** What runs in production: `npm run build` makes it. */
const program = fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url))

/** @throws Error where it ends before it is ready */
export async function startGatewayProcess(environment: Environment): Promise<GatewayProcess> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => {
    throw new Error(`the gateway ended with ${String(code)}`)
  })
  const ready = once(child, 'message').then(([message]) => (message as { url: string }).url)
  const url = await Promise.race([ready, failed])
  failed.catch(() => undefined)
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => end(child, 'SIGTERM', ended),
    kill: () => end(child, 'SIGKILL', ended),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<unknown>) {
  child.kill(signal)
  await ended
}
