import { InvalidAnswer } from './invalid-answer.js'
import { UnreadableAnswer } from './source-client.js'

/** Smaller texts are parsed in no time, whatever they hold (bytes). */
const HARMLESS_BYTES = 1_048_576
/** Five hundred for each row of the largest page. */
const MOST_VALUES = 500_000

/**
 * Parses what a source sent. A text within the limit of bytes may still hold millions of empty values, which would keep
 * everybody else waiting for seconds: such a one is not parsed.
 * @throws UnreadableAnswer `RESPONSE_TOO_LARGE`, InvalidAnswer `RESPONSE_MALFORMED`
 */
export function parseAnswer(body: Buffer): unknown {
  if (body.length > HARMLESS_BYTES && countValues(body) > MOST_VALUES) {
    throw new UnreadableAnswer('RESPONSE_TOO_LARGE')
  }
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new InvalidAnswer('RESPONSE_MALFORMED')
  }
}

const [QUOTE, BACKSLASH, COMMA, OBJECT, LIST] = Buffer.from('"\\,{[')

/** An upper bound of the values in a JSON text: each but the first follows a comma or opens an object or list. */
function countValues(json: Buffer): number {
  let count = 1
  let quoted = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (quoted) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) quoted = false
    } else if (byte === QUOTE) quoted = true
    else if (byte === COMMA || byte === OBJECT || byte === LIST) count++
  }
  return count
}
