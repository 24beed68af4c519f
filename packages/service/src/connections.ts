import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface Connections {
  /** Ends every connection that carries no request: now, or as soon as its last one is answered. */
  end(): void
}

/**
 * Node counts a connection that never carried a request as busy, and keeps one alive whose request ends after the server
 * began to close: waiting for either would cost the whole grace.
 */
export function trackConnections(app: FastifyInstance, isTls: boolean): Connections {
  const busy = new Map<Socket, number>()
  let ending = false
  const change = (socket: Socket, by: number): void => {
    const requests = (busy.get(socket) ?? 0) + by
    busy.set(socket, requests)
    if (ending && requests === 0) socket.destroySoon()
  }
  // What a request calls its socket: with TLS it is another than that of the connection below.
  app.server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    // A handshake may end after the service began to stop.
    if (ending) return void socket.destroy()
    busy.set(socket, 0)
    socket.once('close', () => busy.delete(socket))
  })
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    change(request.socket, 1)
    response.once('close', () => {
      if (busy.has(request.socket)) change(request.socket, -1)
    })
  })
  return {
    end() {
      ending = true
      for (const [socket, requests] of busy) if (requests === 0) socket.destroy()
    },
  }
}
