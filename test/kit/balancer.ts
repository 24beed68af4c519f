import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A balancer of connections as `infra/images/load-balancer` has one: it asks each replica whether it is ready, and hands nothing to who is not. */
export interface Balancer {
  readonly url: string
  /** Waits until so many are ready. */
  ready(count: number): Promise<void>
  add(url: string): void
  remove(url: string): void
  stop(): Promise<void>
}

/** Between two questions to each replica (milliseconds). */
const EVERY_MS = 100

export async function startBalancer(): Promise<Balancer> {
  const replicas = new Map<string, boolean>()
  const sockets = new Set<Socket>()
  let turn = 0
  let ended = false
  const server = createServer((client) => {
    const ready = [...replicas].flatMap(([url, isReady]) => (isReady ? [url] : []))
    turn += 1
    const target = ready[turn % ready.length]
    if (target === undefined) return void client.resetAndDestroy()
    const { hostname, port } = new URL(target)
    const replica = connect({ host: hostname, port: Number(port) })
    for (const [one, other] of [
      [client, replica],
      [replica, client],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.once('error', () => other.destroy())
      one.once('close', () => {
        sockets.delete(one)
        other.destroySoon()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const looking = look()
  async function look(): Promise<void> {
    while (!ended) {
      await Promise.all([...replicas.keys()].map(judge))
      await pause(EVERY_MS)
    }
  }
  async function judge(url: string): Promise<void> {
    const signal = AbortSignal.timeout(5_000)
    const isReady = await fetch(`${url}/health/ready`, { signal }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (replicas.has(url)) replicas.set(url, isReady)
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async ready(count) {
      while ([...replicas.values()].filter(Boolean).length < count) await pause(20)
    },
    add: (url) => void replicas.set(url, false),
    remove: (url) => void replicas.delete(url),
    async stop() {
      ended = true
      server.close()
      for (const socket of sockets) socket.destroy()
      await looking
    },
  }
}
