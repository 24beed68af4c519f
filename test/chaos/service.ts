import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Launched } from '@kilde/demo/test-network'

type Environment = Readonly<Record<string, string>>

/** What a service can be told to suffer from (milliseconds). */
export interface Unwell {
  /** Each write waits so much longer for the disk. */
  readonly diskMs?: number
  readonly skewMs?: number
}

/** What `npm run build` makes and production runs. */
const programs = {
  gateway: fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url)),
  node: fileURLToPath(new URL('../../subgraphs/organization/dist/main.js', import.meta.url)),
} as const

/** A service as a process that can be killed, paused, made unwell, and started again as it was. */
export class Service implements Launched {
  readonly #program: keyof typeof programs
  readonly #environment: Environment
  readonly #logFile: string
  #child: ChildProcess | undefined
  url = ''

  constructor(program: keyof typeof programs, environment: Environment, logFile: string) {
    this.#program = program
    this.#environment = environment
    this.#logFile = logFile
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** @throws Error where it ends before it is ready */
  async start(): Promise<this> {
    const child = this.#spawn()
    this.#child = child
    const ready = once(child, 'message').then(([message]) => (message as { url: string }).url)
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${this.#program} ended with ${String(code ?? signal)}: see its log`)
    })
    this.url = await Promise.race([ready, ended])
    ended.catch(() => undefined)
    return this
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    this.resume()
    await this.#end('SIGTERM')
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  suffer(unwell: Unwell): void {
    if (this.#child?.connected) this.#child.send({ unwell })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  #spawn(): ChildProcess {
    const output = openSync(this.#logFile, 'a', 0o600)
    const unwell = new URL('unwell.mjs', import.meta.url).href
    try {
      return spawn(process.execPath, [`--import=${unwell}`, programs[this.#program]], {
        env: { PATH: process.env['PATH'] ?? '', ...this.#environment },
        stdio: ['ignore', output, output, 'ipc'],
      })
    } finally {
      closeSync(output)
    }
  }
}
