import { fault, type Issue } from './outcome.js'

const LARGEST = 1e18
const LONGEST_TEXT = 100_000
const LONGEST_NUMBER = 40

/** The first thing in a resource that no store can keep: a broken or endless text, a number beyond all measure. */
export function checkStorable(value: unknown, text: string, place: string): Issue | undefined {
  return checkMember(value, place) ?? checkNumbers(text, place)
}

function checkMember(value: unknown, place: string): Issue | undefined {
  if (typeof value === 'string') return checkText(value, place)
  if (typeof value === 'number') {
    return Math.abs(value) < LARGEST
      ? undefined
      : fault(place, 'is a number beyond all measure', 'value')
  }
  if (typeof value !== 'object' || value === null) return undefined
  const isList = Array.isArray(value)
  for (const [name, member] of Object.entries(value)) {
    const at = isList ? `${place}[${name}]` : `${place}.${name}`
    const found = checkText(name, place) ?? checkMember(member, at)
    if (found) return found
  }
  return undefined
}

function checkText(text: string, place: string): Issue | undefined {
  if (text.length > LONGEST_TEXT)
    return fault(place, 'is longer than 100,000 characters', 'too-long')
  // Half of a surrogate pair is no text, and PostgreSQL takes no NUL.
  const broken = text.includes('\0') || /\p{Surrogate}/u.test(text)
  return broken ? fault(place, 'holds a character that is none', 'value') : undefined
}

/** Numbers are kept with the digits that were sent: thousands of them, or an exponent to match, would not fit. */
function checkNumbers(json: string, place: string): Issue | undefined {
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"')) continue
    if (token.length > LONGEST_NUMBER || /[eE][+-]?\d{3}/.test(token)) {
      return fault(place, 'holds a number with too many digits', 'value')
    }
  }
  return undefined
}
