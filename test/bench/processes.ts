import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OVERWRITE_FREED } from '@kilde/service'
import type { Role } from './protocol.js'

const program = fileURLToPath(new URL('./worker.js', import.meta.url))

/** A process of the benchmark, as the one that measures sees it. */
export interface Worker<Info> {
  readonly info: Info
  ask<Result>(name: string, value?: unknown): Promise<Result>
  end(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (fault: Error) => void
}

const running = new Set<ChildProcess>()

/** Starts a process and has it set itself up. */
export async function startWorker<Info>(role: Role, setup: unknown): Promise<Worker<Info>> {
  const child = fork(program, [role], {
    env: { ...process.env, NODE_ENV: 'production', ...memoryOf(role) },
    // Nothing of a process may get into the one line of JSON.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  running.add(child)
  const ask = asker(child, role)
  const info = await ask<Info>('setup', setup)
  return { info, ask, end: () => end(child) }
}

/** As a gateway is started: what it gives back of its memory is overwritten, which costs time. */
const memoryOf = (role: Role): NodeJS.ProcessEnv =>
  role === 'secure' ? { GLIBC_TUNABLES: OVERWRITE_FREED } : {}

export async function endAll(): Promise<void> {
  await Promise.all([...running].map((child) => end(child)))
}

function asker(child: ChildProcess, role: Role) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  child.on('message', (message: { id: number; result?: unknown; fault?: string }) => {
    const one = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.fault === undefined) one?.resolve(message.result as never)
    else one?.reject(new Error(`${role}: ${message.fault}`))
  })
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${role} ended with ${code}`))
  })
  return <Result>(name: string, value?: unknown): Promise<Result> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, name, value })
    })
}

async function end(child: ChildProcess): Promise<void> {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
