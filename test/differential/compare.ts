import type { Expected } from './oracle.js'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const MOST = 8

/**
 * Where an answer differs from what is expected, at most eight places; cursors, handles and times taken are masked. The
 * order of an object's members counts only where it is asked for: Apollo's own is not always that of the operation.
 */
export function compare(
  answer: unknown,
  { data, errors, refusal }: Expected,
  ordered = false,
): readonly string[] {
  const got = answer as { readonly data?: unknown; readonly errors?: unknown }
  const found: string[] = []
  if (errors.length > 0) found.push(`the oracle failed: ${String((errors[0] as Error).stack)}`)
  const [code] = (got.errors ?? []) as readonly {
    readonly extensions?: { readonly code?: string }
  }[]
  if (code?.extensions?.code !== refusal)
    found.push(`errors: got ${JSON.stringify(got.errors)}, expected ${refusal}`)
  const expected = masked(data as Json, '')
  const actual = withoutHandle(masked((got.data ?? null) as Json, ''))
  const texts = [JSON.stringify(actual), JSON.stringify(expected)] as const
  // Same members in the same order: nothing need be looked for.
  if (found.length === 0 && texts[0] === texts[1]) return []
  differ(actual, expected, 'data', found)
  if (found.length === 0 && ordered) found.push(...orders(membersOf(actual), membersOf(expected)))
  return found.slice(0, MOST)
}

/** Two ways give the same answer, cursors and all; the order of members and where errors are placed apart. */
export function compareAnswers(one: string, other: string): readonly string[] {
  const found: string[] = []
  const [a, b] = [one, other].map(
    (text) => JSON.parse(text) as { readonly data?: Json; readonly errors?: unknown },
  )
  differ(b?.data ?? null, a?.data ?? null, 'data', found)
  return found
}

/** Which members there are, in their order; numbers were compared before, and may differ in the last digits. */
const membersOf = (value: Json): string =>
  JSON.stringify(value, (_key, inner: Json) => (typeof inner === 'number' ? 0 : inner))

/** Two texts of the same value, from shortly before they part. */
function orders(actual: string, expected: string): readonly string[] {
  if (actual === expected) return []
  let parting = 0
  while (actual[parting] === expected[parting] && parting < expected.length) parting += 1
  const part = (text: string): string => text.slice(Math.max(0, parting - 60), parting + 80)
  return [`order: got ${part(actual)}, expected ${part(expected)}`]
}

/** Opaque values stand for themselves by being there. */
function masked(value: Json, key: string): Json {
  if (typeof value === 'string' && /(^|_)(cursor|startCursor|endCursor)$/.test(key))
    return '<cursor>'
  if (/(^|_)elapsed$/.test(key)) return '<elapsed>'
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => masked(item, key))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item, name)]))
}

/** `Patient.id` is of the gateway's own making; the generator asks for it by these two names only. */
function withoutHandle(data: Json): Json {
  const patient = isObject(data) ? data['patient'] : undefined
  if (!isObject(data) || !isObject(patient ?? null)) return data
  const hidden = Object.entries(patient as object).map(([key, value]) =>
    key === 'id' || key === 'handle' ? [key, '<handle>'] : [key, value as Json],
  )
  return { ...data, patient: Object.fromEntries(hidden) as Json }
}

function differ(
  actual: Json | undefined,
  expected: Json | undefined,
  path: string,
  found: string[],
): void {
  if (found.length >= MOST || actual === expected) return
  if (isObject(actual) && isObject(expected)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    for (const key of keys) differ(actual[key], expected[key], `${path}.${key}`, found)
    return
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    const [got, wanted] = [actual as readonly Json[], expected as readonly Json[]]
    if (got.length !== wanted.length)
      found.push(`${path}: got ${got.length} items, expected ${wanted.length}`)
    const longest = got.length > wanted.length ? got : wanted
    for (const index of longest.keys())
      differ(got[index], wanted[index], `${path}[${index}]`, found)
    return
  }
  if (areClose(actual, expected, isFloat(path) ? 1e-9 : LAST_DIGITS)) return
  found.push(`${path}: got ${short(actual)}, expected ${short(expected)}`)
}

/** Sums of numbers depend on their order in the last digits. */
const isFloat = (path: string): boolean => /(mean|standardDeviation)$/.test(path)

/** An alias may hide that a number is such a sum. What rows hold has far fewer digits than this tells apart. */
const LAST_DIGITS = 1e-13

const areClose = (a: Json | undefined, b: Json | undefined, apart: number): boolean =>
  typeof a === 'number' &&
  typeof b === 'number' &&
  Math.abs(a - b) <= apart * Math.max(1, Math.abs(a), Math.abs(b))

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const short = (value: Json | undefined): string =>
  (JSON.stringify(value) ?? 'nothing').slice(0, 400)
