import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What stands in for a node's answer. */
export type Behaviour =
  /** As if the proxy were not there. */
  | 'pass'
  /** Takes the request and never answers. */
  | 'silent'
  /** Cuts the connection. */
  | 'cut'
  /** Answers this, without asking the node. */
  | { readonly status: number; readonly body: string | Buffer }
  /** Answers what the node says, changed. */
  | { readonly change: (body: string) => string }
  /** Answers by itself, byte by byte if it likes. */
  | ((incoming: IncomingMessage, answer: ServerResponse) => void)

/** Stands before a node in tests, under the address that the registry knows, and misbehaves when told to. */
export interface FaultProxy {
  readonly url: string
  /** Base URL of the node behind it. */
  pointAt(target: string): void
  /** Where that is, for a behaviour that asks the node. */
  target(): string
  behave(behaviour: Behaviour): void
  /** Cuts what is open. */
  drop(): void
  /** Requests that arrived so far. */
  requests(): number
  stop(): Promise<void>
}

export async function createFaultProxy(): Promise<FaultProxy> {
  let behaviour: Behaviour = 'pass'
  let target = ''
  let requests = 0
  const server = createServer((incoming, answer) => {
    requests += 1
    if (behaviour === 'silent') return void incoming.resume()
    if (behaviour === 'cut') return void incoming.socket.destroy()
    if (typeof behaviour === 'function') return behaviour(incoming, answer)
    if (typeof behaviour === 'object' && 'status' in behaviour) {
      incoming.resume()
      const { status, body } = behaviour
      return void answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
    }
    pass(incoming, answer, target, typeof behaviour === 'object' ? behaviour.change : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pointAt: (url) => {
      target = url
    },
    target: () => target,
    behave: (next) => {
      behaviour = next
    },
    drop: () => server.closeAllConnections(),
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(
  incoming: IncomingMessage,
  answer: ServerResponse,
  target: string,
  change?: (body: string) => string,
): void {
  const { method, headers } = incoming
  const onward = request(`${target}${incoming.url ?? ''}`, { method, headers }, (theirs) => {
    if (!change) {
      answer.writeHead(theirs.statusCode ?? 502, theirs.headers)
      return void theirs.pipe(answer)
    }
    const parts: Buffer[] = []
    theirs.on('data', (part: Buffer) => parts.push(part))
    theirs.on('end', () => {
      const body = Buffer.from(change(Buffer.concat(parts).toString('utf8')))
      const { 'transfer-encoding': _whole, ...kept } = theirs.headers
      answer
        .writeHead(theirs.statusCode ?? 502, { ...kept, 'content-length': body.length })
        .end(body)
    })
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  incoming.pipe(onward)
}
