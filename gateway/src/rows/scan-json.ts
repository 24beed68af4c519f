// Each function takes bytes and a place, and answers the place after what it has read, or FAULT. They accept JSON only as
// `JSON.stringify` writes it: then bytes can be copied unread, and are the same as after parsing and writing again.

/** What was read is not there, or not in canonical form. */
export const FAULT = -1

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))

/** Exactly these bytes. */
export function scanBytes(json: Uint8Array, at: number, expected: Uint8Array): number {
  const { length } = expected
  for (let index = 0; index < length; index++) {
    if (json[at + index] !== expected[index]) return FAULT
  }
  return at + length
}

/** A string of any content, quotes included. UTF-8 was checked for the whole text before. */
export function scanString(json: Uint8Array, at: number): number {
  if (json[at] !== QUOTE) return FAULT
  let place = at + 1
  for (;;) {
    // Behind the last byte there is none of these either.
    while (INSIDE[json[place] as number] === 1) place += 1
    if (json[place] === QUOTE) return place + 1
    if (json[place] !== BACKSLASH) return FAULT
    place = scanEscape(json, place)
    if (place === FAULT) return FAULT
  }
}

/** 1 for every byte that stands for itself in a string. */
const INSIDE = new Uint8Array(256).fill(1, 0x20)
INSIDE[QUOTE] = 0
INSIDE[BACKSLASH] = 0

/** `\" \\ \b \f \n \r \t`: JSON.stringify writes no others but `\u` for other control characters and lone surrogates. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\bfnrt'))

function scanEscape(json: Uint8Array, at: number): number {
  const next = json[at + 1] ?? 0
  if (SHORT_ESCAPES.has(next)) return at + 2
  if (next !== 0x75) return FAULT
  const digits = String.fromCharCode(...json.subarray(at + 2, at + 6))
  if (!/^(00[01][0-9a-f]|d[89a-f][0-9a-f]{2})$/.test(digits)) return FAULT
  const text = `"\\u${digits}"`
  return JSON.stringify(JSON.parse(text)) === text ? at + 6 : FAULT
}

/** A whole number from -(2^31) to 2^31 - 1 (GraphQL §3.5.1). */
export function scanInt(json: Uint8Array, at: number): number {
  let place = json[at] === MINUS ? at + 1 : at
  const first = place
  let value = 0
  while (isDigit(json[place])) {
    value = value * 10 + ((json[place] as number) - ZERO)
    place += 1
    if (place - first > 10) return FAULT
  }
  if (place === first || (json[first] === ZERO && (place > first + 1 || first > at))) return FAULT
  if (json[place] === POINT || isExponent(json[place])) return FAULT
  return value <= (first > at ? 2 ** 31 : 2 ** 31 - 1) ? place : FAULT
}

/** Any finite number, as JavaScript writes it. */
export function scanNumber(json: Uint8Array, at: number): number {
  let place = at
  while (isNumberByte(json[place])) place += 1
  if (place === at || place - at > 30) return FAULT
  if (isPlainNumber(json, at, place)) return place
  const text = String.fromCharCode(...json.subarray(at, place))
  const value = Number(text)
  return Number.isFinite(value) && JSON.stringify(value) === text ? place : FAULT
}

/** At most 15 digits, none to spare: these are written as they were read. Everything else is tried. */
function isPlainNumber(json: Uint8Array, at: number, end: number): boolean {
  const first = json[at] === MINUS ? at + 1 : at
  if (end - first > 16 || !isDigit(json[first])) return false
  let point = 0
  for (let place = first; place < end; place++) {
    if (json[place] === POINT) {
      if (point) return false
      point = place
    } else if (!isDigit(json[place])) return false
  }
  if (json[first] === ZERO) return false
  return point === 0 ? end - first <= 15 : json[end - 1] !== ZERO && point < end - 1
}

export function scanBoolean(json: Uint8Array, at: number): number {
  return json[at] === TRUE[0] ? scanBytes(json, at, TRUE) : scanBytes(json, at, FALSE)
}

const TRUE: Uint8Array = bytesOf('true')
export const FALSE: Uint8Array = bytesOf('false')
export const NULL: Uint8Array = bytesOf('null')

/** Any value: its end, by brackets and quotes alone. What is in it is not checked. */
export function skipValue(json: Uint8Array, at: number): number {
  let depth = 0
  let place = at
  const { length } = json
  while (place < length) {
    const byte = json[place] as number
    if (byte === QUOTE) {
      place = skipString(json, place)
      if (place === FAULT) return FAULT
      if (depth === 0) return place
      continue
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (depth === 0) return place > at ? place : FAULT
      depth -= 1
      if (depth === 0) return place + 1
    } else if (depth === 0 && byte === 0x2c) return place > at ? place : FAULT
    place += 1
  }
  return FAULT
}

function skipString(json: Uint8Array, at: number): number {
  const { length } = json
  for (let place = at + 1; place < length; place++) {
    const byte = json[place]
    if (byte === BACKSLASH) place += 1
    else if (byte === QUOTE) return place + 1
  }
  return FAULT
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= ZERO && byte <= NINE
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45
const isNumberByte = (byte: number | undefined): boolean =>
  isDigit(byte) || byte === MINUS || byte === POINT || byte === 0x2b || isExponent(byte)

/** RFC 3339 with an offset, quotes included: `"2026-03-14T07:31:00+01:00"`, with up to 9 decimals of a second. */
export function scanDateTime(json: Uint8Array, at: number): number {
  if (json[at] !== QUOTE) return FAULT
  for (let index = 0; index < DATE_TIME.length; index++) {
    const byte = json[at + 1 + index]
    const expected = DATE_TIME[index]
    if (expected === DIGIT ? !isDigit(byte) : byte !== expected) return FAULT
  }
  let place = at + 1 + DATE_TIME.length
  if (json[place] === POINT) {
    const first = place + 1
    do place += 1
    while (isDigit(json[place]))
    if (place === first || place - first > 9) return FAULT
  }
  if (json[place] === 0x5a) place += 1
  else {
    const sign = json[place]
    if (sign !== 0x2b && sign !== MINUS) return FAULT
    if (!isDigit(json[place + 1]) || !isDigit(json[place + 2]) || json[place + 3] !== 0x3a)
      return FAULT
    if (!isDigit(json[place + 4]) || !isDigit(json[place + 5])) return FAULT
    place += 6
  }
  return json[place] === QUOTE ? place + 1 : FAULT
}

const DIGIT = 0x23
const DATE_TIME = bytesOf('####-##-##T##:##:##')

/** Nine digits in quotes. */
export function scanOrganizationNumber(json: Uint8Array, at: number): number {
  if (json[at] !== QUOTE || json[at + 10] !== QUOTE) return FAULT
  for (let place = at + 1; place < at + 10; place++) if (!isDigit(json[place])) return FAULT
  return at + 11
}

/** So many digits as a whole number; -1 where one is none. */
export function readDigits(json: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let place = at; place < at + length; place++) {
    const digit = (json[place] as number) - ZERO
    // Behind the last byte it is no number at all, and neither comparison holds.
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}
