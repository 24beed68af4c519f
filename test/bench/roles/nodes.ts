import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { patientDigest } from '@kilde/contract'
import type { Handlers } from '../protocol.js'
import { type Asked, fill, type Held, type Template, writeTemplate } from './canned-answer.js'

export interface NodesSetup {
  readonly numbers: readonly string[]
}

interface ReadBody extends Asked {
  readonly digest: Buffer
  readonly traceparent: string | undefined
}

/** What the one who measures sets and asks of all nodes. */
interface State {
  delayMs: number
  /** The last body that came in. */
  last: string
  /** The slowest node's own time for each trace (milliseconds), while somebody wants to know. */
  own: Map<string, number> | undefined
}

/**
 * Simulated nodes: one listener for each organisation, all in one process, which answer the gateway's own operation with
 * canned rows as fast as they can, or after a set time. The path says how many rows: `/<rows>/<padding>/graphql`.
 */
export async function createNodes({ numbers }: NodesSetup) {
  const state: State = { delayMs: 0, last: '', own: undefined }
  const answerAs = answerer(state)
  const origins = await Promise.all(
    numbers.map((number, source) => listen(answerAs(number, source))),
  )
  return { info: { origins }, handlers: handlersOf(state) }
}

function handlersOf(state: State): Handlers {
  return {
    delay: (ms: number) => {
      state.delayMs = ms
    },
    observe: () => {
      state.own = new Map()
    },
    /** Own times since `observe`. */
    observed: () => {
      const own = [...(state.own ?? [])]
      state.own = undefined
      return own
    },
    lastBody: () => state.last,
  }
}

function answerer(state: State): (number: string, source: number) => Answer {
  const read = rememberLast(state)
  const templates = rememberTemplates()
  return (number, source) => (request, response, body) => {
    const startedMs = performance.now()
    const asked = read(body)
    const trace = traceOf(request) ?? asked.traceparent
    const send = (): void => {
      const held = heldAt(request.url ?? '', number, source)
      sendJson(response, fill(templates(held, asked), asked.digest))
      note(state.own, trace, performance.now() - startedMs)
    }
    if (state.delayMs > 0) setTimeout(send, state.delayMs)
    else send()
  }
}

function sendJson(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

async function listen(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks)))
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The gateway sends the same bytes to all its sources: what they say is worked out once. */
function rememberLast(state: State): (body: Buffer) => ReadBody {
  let last: { readonly body: Buffer; readonly read: ReadBody } | undefined
  return (body) => {
    if (last?.body.equals(body)) return last.read
    const text = body.toString()
    state.last = text
    last = { body, read: readBody(text) }
    return last.read
  }
}

interface SentBody {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly extensions?: {
    readonly kilde?: { readonly salt?: string; readonly traceparent?: string }
  }
}

function readBody(text: string): ReadBody {
  const { query, variables = {}, extensions } = JSON.parse(text) as SentBody
  const after = variables['after_0']
  const { salt = '', traceparent } = extensions?.kilde ?? {}
  return {
    query,
    first: Number(variables['first_0'] ?? variables['first'] ?? 1_000),
    after: typeof after === 'string' ? after : undefined,
    digest: Buffer.from(patientDigest(salt, String(variables['identifier']))),
    traceparent,
  }
}

function heldAt(url: string, number: string, source: number): Held {
  const [, rows, padding] = url.split('/')
  return { number, source, rows: Number(rows), padding: Number(padding) }
}

function rememberTemplates(): (held: Held, asked: Asked) => Template {
  const byQuery = new Map<string, Map<string, Template>>()
  return (held, asked) => {
    const known = byQuery.get(asked.query) ?? new Map<string, Template>()
    byQuery.set(asked.query, known)
    const key = [held.source, held.rows, held.padding, asked.first, asked.after].join()
    const template = known.get(key) ?? writeTemplate(held, asked)
    known.set(key, template)
    return template
  }
}

const traceOf = ({ headers }: IncomingMessage): string | undefined =>
  typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined

function note(own: Map<string, number> | undefined, trace: string | undefined, ms: number): void {
  if (own && trace !== undefined) own.set(trace, Math.max(own.get(trace) ?? 0, ms))
}
