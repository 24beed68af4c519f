import { parsePatientIdentifier } from '@kilde/contract'
import { patients, personas } from '@kilde/people'

/** Something that was written, sent or asked for while a test ran. */
export interface Trace {
  /** For people: it must hold nothing of the content. */
  readonly where: string
  readonly content: string | Uint8Array
}

/** The places that hold a national identity number, each once. Never the number. */
export function findNumbers(traces: Iterable<Trace>): readonly string[] {
  const found = new Set<string>()
  for (const { where, content } of traces) {
    if (!found.has(where) && holdsNumber(content)) found.add(where)
  }
  return [...found]
}

/**
 * True where anything is a valid person number, or the number of a persona or patient in any spelling, also inside a token
 * (base64). Bytes are looked at as they are, so that binary files can be searched.
 */
export function holdsNumber(content: string | Uint8Array): boolean {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  if (known.test(text)) return true
  const numbers = text.replace(OPAQUE, '·').matchAll(ELEVEN_DIGITS)
  return [...numbers].some(([number]) => isPersonNumber(number.replace(/\D/g, '')))
}

const ELEVEN_DIGITS = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/g

/** UUIDs, digests and decimals: some hold eleven digits in a row by chance, of which one in thirty would be a valid number. */
const OPAQUE = new RegExp(
  [
    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    '(?=\\d*[a-f])[0-9a-f]{16,}',
    '(?<![\\w.])\\d{1,6}\\.\\d+(?![\\w.])',
  ].join('|'),
  'gi',
)

const known = new RegExp(
  [...personas.map(({ pid }) => pid), ...Object.values(patients).map((one) => one.identifier)]
    .flatMap((number) => [`${number.slice(0, 6)}[ -]?${number.slice(6)}`, ...inBase64(number)])
    .join('|'),
)

/** The part that does not depend on its neighbours, for each of the three places at which a text may begin in base64. */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64url')
    const whole = Math.floor(((before + text.length) * 8) / 6)
    return encoded.slice(Math.ceil((before * 8) / 6), whole)
  })
}

function isPersonNumber(digits: string): boolean {
  try {
    parsePatientIdentifier(digits)
    return true
  } catch {
    return false
  }
}
