import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BareRequest {
  readonly body: Buffer
  readonly headers: IncomingHttpHeaders
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
}

export interface BareAnswer {
  readonly status: number
  readonly parts: readonly (Buffer | string)[]
}

/** Node's own HTTP server with nothing around it: what stays of a server when only the answering is measured. */
export async function startBareServer(
  answer: (request: BareRequest) => Promise<BareAnswer>,
): Promise<string> {
  const server = createServer((request, response) => {
    const received: Buffer[] = []
    const leaving = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) leaving.abort(new Error('the client left'))
    })
    request.on('data', (chunk: Buffer) => received.push(chunk))
    request.on('end', () => {
      const { headers } = request
      answer({ body: Buffer.concat(received), headers, signal: leaving.signal }).then(
        ({ status, parts }) => {
          const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
          response.writeHead(status, {
            'content-type': 'application/json',
            'content-length': length,
          })
          for (const part of parts) response.write(part)
          response.end()
        },
        (fault: unknown) => {
          response.writeHead(500)
          response.end(fault instanceof Error ? fault.stack : String(fault))
        },
      )
    })
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}
