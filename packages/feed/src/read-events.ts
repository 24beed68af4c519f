import type { KildeError } from '@kilde/service'
import type { FeedFaults } from './faults.js'

export interface StreamEvent {
  readonly event: string
  readonly data: string
  /** The place in the stream that it gives, where it does. */
  readonly id?: string
}

/**
 * Reads server-sent events (WHATWG HTML, "event stream interpretation"; of the fields only `event`, `data` and `id`).
 * @throws `unreachable` of the faults when one event is larger than `maxBytes`
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  faults: Pick<FeedFaults, 'unreachable'>,
): AsyncGenerator<StreamEvent> {
  const tooLarge = (): KildeError => faults.unreachable({ detail: 'an event is too large' })
  let event = ''
  let id: string | undefined
  let data: string[] = []
  for await (const line of readLines(chunks, maxBytes, tooLarge)) {
    if (line === '') {
      const own = id === undefined ? {} : { id }
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), ...own }
      event = ''
      id = undefined
      data = []
      continue
    }
    const [name, value] = fieldOf(line)
    if (name === 'event') event = value
    if (name === 'data') data.push(value)
    if (name === 'id') id = value
    // One field of many lines must not grow without end either.
    if (data.length > 1_000) throw tooLarge()
  }
}

async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => KildeError,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let parts: string[] = []
  let size = 0
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    for (const [place, piece] of pieces.entries()) {
      if (place > 0) {
        yield parts.join('').replace(/\r$/, '')
        parts = []
        size = 0
      }
      size += piece.length
      if (size > maxBytes) throw tooLarge()
      parts.push(piece)
    }
  }
}

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}
