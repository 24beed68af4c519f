import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startFaultProxy, type TcpFaultProxy } from '../../kit/fault-proxy.js'
import type { Told } from './source-process.js'

const program = fileURLToPath(new URL('./source.mjs', import.meta.url))

/** A source in a process of its own, behind a proxy whose address the registry knows. */
export class SourceProcess {
  readonly number: string
  readonly proxy: TcpFaultProxy
  #child: ChildProcess | undefined

  private constructor(number: string, proxy: TcpFaultProxy) {
    this.number = number
    this.proxy = proxy
  }

  static async start(number: string): Promise<SourceProcess> {
    const source = new SourceProcess(number, await startFaultProxy())
    await source.revive()
    return source
  }

  /** Starts its process anew. */
  async revive(): Promise<void> {
    const child = fork(program, [this.number], {
      execArgv: ['--conditions=@kilde/source'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    const { port } = await told<{ port: number }>(child, 'port')
    this.proxy.pointAt(`http://127.0.0.1:${port}`)
  }

  async tell(message: Told): Promise<void> {
    if (!this.#child?.connected) return
    const heard = told(this.#child, 'told')
    this.#child.send(message)
    await heard
  }

  /** Resolves when it has taken the next request in. */
  async accepted(): Promise<void> {
    if (this.#child) await told(this.#child, 'accepted')
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name)
  }

  /** Ends its process as a failing machine does: without a word. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** All is well again. */
  async heal(): Promise<void> {
    this.proxy.poison({})
    await this.tell({})
  }

  async stop(): Promise<void> {
    await this.kill()
    await this.proxy.stop()
  }
}

/** The next message that holds such a word. @throws Error where the process ends first */
function told<Message>(child: ChildProcess, word: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const hear = (message: object): void => {
      if (!(word in message)) return
      child.off('message', hear)
      child.off('exit', gone)
      resolve(message as Message)
    }
    const gone = (code: number | null): void => reject(new Error(`a source ended with ${code}`))
    child.on('message', hear)
    child.once('exit', gone)
  })
}
