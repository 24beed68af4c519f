import { UnreadableAnswer } from '../transport/source-fault.js'

const MINUTE_MS = 60_000

/**
 * Bytes of a source, of which it may send so many in a minute: one that sends without end is cut off.
 * @throws UnreadableAnswer
 */
export async function* withinRate(
  bytes: AsyncIterable<Uint8Array>,
  mostInMinute: number,
  now: () => number = () => performance.now(),
): AsyncGenerator<Buffer> {
  let sinceMs = now()
  let sent = 0
  for await (const chunk of bytes) {
    if (now() - sinceMs >= MINUTE_MS) {
      sinceMs = now()
      sent = 0
    }
    sent += chunk.length
    if (sent > mostInMinute) throw new UnreadableAnswer('RESPONSE_TOO_LARGE')
    yield Buffer.from(chunk)
  }
}
