import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A source made of a bare socket server: it can break HTTP in every way. */
export interface RawSource {
  readonly endpoint: string
  /** Each request as it came, headers and body. */
  readonly requests: readonly string[]
  /** Resolves when a whole request has arrived. */
  asked(): Promise<void>
  /** Connections made so far. */
  connections(): number
  /** Connections that are open now. */
  open(): number
  /** Resolves when no connection is open any more. */
  left(): Promise<void>
  close(): Promise<void>
}

export const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'

/** A whole answer. */
export const answer = (body: string, head = HEAD): string =>
  `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

export interface RawBehaviour {
  /** A whole request has arrived; the first is number 1. */
  onRequest?(socket: Socket, number: number): void
  onConnection?(socket: Socket): void
}

export async function startRawSource(behaviour: RawBehaviour): Promise<RawSource> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      server.emit('left')
    })
    behaviour.onConnection?.(socket)
    onWholeRequest(socket, (request) => {
      requests.push(request)
      server.emit('asked')
      behaviour.onRequest?.(socket, requests.length)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/node`,
    requests,
    async asked() {
      if (requests.length === 0) await once(server, 'asked')
    },
    connections: () => connections,
    open: () => sockets.size,
    async left() {
      while (sockets.size > 0) await once(server, 'left')
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function onWholeRequest(socket: Socket, tell: (request: string) => void): void {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (end < 0 || text.length < end + 4 + length) return
    const request = text.slice(0, end + 4 + length)
    text = text.slice(request.length)
    tell(request)
  })
}
