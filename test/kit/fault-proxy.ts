import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { isHeld, type Pipe, pipe, type Toxics } from './fault-pipe.js'

export type { Toxics } from './fault-pipe.js'

/**
 * Stands before a service and spoils its connections byte by byte, with Toxiproxy's toxics: it knows nothing of HTTP. What
 * changes answers as such is the demo network's own `FaultProxy`.
 */
export interface TcpFaultProxy {
  readonly url: string
  /** Base URL of the service behind it. */
  pointAt(target: string): void
  /** Takes the place of all toxics before, for connections that are open too. Without any it is as if it were not there. */
  poison(toxics: Toxics): void
  /** Refuses connections, or takes them again, at the same port. */
  down(): Promise<void>
  up(): Promise<void>
  /** Connections made so far, and those of clients that are open now. */
  connections(): number
  open(): number
  stop(): Promise<void>
}

export async function startFaultProxy(target = ''): Promise<TcpFaultProxy> {
  const proxy = new Proxying(target)
  await proxy.up()
  return proxy
}

class Proxying implements TcpFaultProxy {
  readonly #clients = new Set<Socket>()
  readonly #pipes = new Set<Pipe>()
  readonly #server = createServer((client) => this.#serve(client))
  #target: string
  #toxics: Toxics = {}
  #port = 0
  #connections = 0

  constructor(target: string) {
    this.#target = target
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  pointAt(target: string): void {
    this.#target = target
  }

  poison(toxics: Toxics): void {
    this.#toxics = toxics
    for (const one of this.#pipes) one.release()
  }

  connections(): number {
    return this.#connections
  }

  open(): number {
    return this.#clients.size
  }

  async up(): Promise<void> {
    if (this.#server.listening) return
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async down(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const client of this.#clients) client.resetAndDestroy()
    await closed
  }

  stop(): Promise<void> {
    return this.down()
  }

  #serve(client: Socket): void {
    this.#connections += 1
    this.#clients.add(client)
    const { hostname, port } = new URL(this.#target)
    const service = connect(Number(port), hostname)
    const toxics = () => this.#toxics
    const pipes = [pipe('UP', client, service, toxics), pipe('DOWN', service, client, toxics)]
    for (const one of pipes) this.#pipes.add(one)
    client.once('close', () => {
      this.#clients.delete(client)
      service.destroy()
      for (const one of pipes) {
        one.release()
        this.#pipes.delete(one)
      }
    })
    // A service that breaks off, or is not there, breaks off for the client too, unless nothing comes through.
    service.once('close', (failed) => {
      if (!failed) client.end()
      else if (!isHeld(this.#toxics, 'DOWN')) client.resetAndDestroy()
    })
    for (const socket of [client, service]) socket.on('error', () => {})
  }
}
