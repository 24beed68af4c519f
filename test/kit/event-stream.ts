import type { Session } from '@kilde/demo/test-network'

/** One event of a stream, as it came. */
export interface SeenEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

export interface SeenStream {
  readonly status: number
  readonly headers: Headers
  /** The next event; undefined when the stream is over. */
  next(): Promise<SeenEvent | undefined>
  /** All that come. */
  rest(): Promise<readonly SeenEvent[]>
  /** The answer as text, where it is no stream. */
  text(): Promise<string>
  leave(): void
}

export interface StreamRequest {
  readonly url: string
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the proof is over the body, as nodes want it. */
  readonly signsBody?: boolean
}

/** Asks for an answer that comes as a stream, with a token and proof that are in order. */
export async function openEvents(
  { token, proof }: Session,
  { url, body, headers, signsBody = false }: StreamRequest,
): Promise<SeenStream> {
  const bytes = Buffer.from(JSON.stringify(body))
  const signed = signsBody ? { body: bytes } : {}
  const leaving = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    body: bytes,
    signal: leaving.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `DPoP ${token.value}`,
      dpop: proof.sign({ method: 'POST', url, accessToken: token.value, ...signed }),
      ...headers,
    },
  })
  const events = eventsIn(response)
  const next = async () => (await events.next()).value ?? undefined
  return {
    status: response.status,
    headers: response.headers,
    next,
    async rest() {
      const all: SeenEvent[] = []
      for (let event = await next(); event; event = await next()) all.push(event)
      return all
    },
    text: () => response.text(),
    leave: () => leaving.abort(),
  }
}

async function* eventsIn(response: Response): AsyncGenerator<SeenEvent, undefined> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = readEvent(text.slice(0, end))
      text = text.slice(end + 2)
      if (event) yield event
    }
  }
  return undefined
}

function readEvent(block: string): SeenEvent | undefined {
  const lines = block.split('\n').filter((line) => !line.startsWith(':'))
  if (lines.length === 0) return undefined
  const of = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
  return { event: of('event') ?? 'message', id: of('id'), data: of('data') ?? '' }
}
