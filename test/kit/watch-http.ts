import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { holdsNumber, type Trace } from './find-numbers.js'

/** One request to any HTTP server of this process. */
export interface SeenRequest {
  readonly port: number
  readonly method: string
  readonly url: string
}

export interface HttpWatch {
  readonly requests: readonly SeenRequest[]
  /** Addresses of all requests, and all answers that hold a number. */
  traces(): readonly Trace[]
  stop(): void
}

const CHANNEL = 'http.server.request.start'

/**
 * Sees every request to every HTTP server of this process: its address, and its answer with its headers.
 * @param mayTell which answers may hold numbers, e.g. the sign-in page that lists the personas
 */
export function watchHttp(mayTell: (request: SeenRequest, status: number) => boolean): HttpWatch {
  const requests: SeenRequest[] = []
  const answers: Trace[] = []
  const onStart = (event: unknown): void => {
    const { request, response } = event as { request: IncomingMessage; response: ServerResponse }
    const { method = '', url = '', socket } = request
    const seen = { port: socket.localPort ?? 0, method, url }
    requests.push(seen)
    copyAnswer(response, (answer) => {
      const { statusCode } = response
      // Only what tells is kept: answers of thousands of rows would fill the memory.
      if (!holdsNumber(answer) || mayTell(seen, statusCode)) return
      answers.push({ where: `answer ${statusCode} to ${place(seen)}`, content: answer })
    })
  }
  subscribe(CHANNEL, onStart)
  return {
    requests,
    traces: () => [...requests.flatMap(addressTraces), ...answers],
    stop: () => void unsubscribe(CHANNEL, onStart),
  }
}

function addressTraces(seen: SeenRequest): readonly Trace[] {
  const where = `address of ${place(seen)}`
  return [seen.url, decoded(seen.url)].map((content) => ({ where, content }))
}

const place = ({ method, port }: SeenRequest): string => `a ${method} at port ${port}`

function decoded(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '))
  } catch {
    return url
  }
}

type Write = (chunk: unknown, ...rest: never[]) => unknown

function copyAnswer(response: ServerResponse, use: (answer: Buffer) => void): void {
  const parts: Buffer[] = []
  const copying = (write: Write): Write => {
    return (chunk, ...rest) => {
      if (typeof chunk === 'string') parts.push(Buffer.from(chunk))
      else if (chunk instanceof Uint8Array) parts.push(Buffer.from(chunk))
      return write(chunk, ...rest)
    }
  }
  Object.assign(response, {
    write: copying(response.write.bind(response) as Write),
    end: copying(response.end.bind(response) as Write),
  })
  response.once('close', () => {
    const headers = Buffer.from(JSON.stringify(response.getHeaders()))
    use(Buffer.concat([headers, ...parts]))
  })
}
