import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@kilde/service'

/** A real redis-server of this machine's, without files. */
export interface OwnRedis {
  readonly url: string
  start(): Promise<void>
  /** Ends it at once, as a machine that goes away does. */
  kill(): Promise<void>
}

export async function ownRedis(): Promise<OwnRedis> {
  const port = await freePort('127.0.0.1')
  let server: ChildProcess | undefined
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const where = ['--port', `${port}`, '--bind', '127.0.0.1']
      server = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], {
        stdio: 'ignore',
      })
      server.once('error', (fault) => {
        throw new Error(`redis-server (Debian’s package) is needed for these tests: ${fault}`)
      })
      while (!(await answers(port))) await pause(20)
    },
    async kill() {
      if (!server || server.exitCode !== null) return
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
      server = undefined
    },
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
