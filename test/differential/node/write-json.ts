import type { JsonStyle } from '../world/world.js'

/**
 * The same JSON value in several spellings that RFC 8259 allows. Which place is spelt how depends on the value alone, so that
 * the same answer is the same text each time.
 */
export function writeJson(value: unknown, style: JsonStyle): string {
  if (style === 'PLAIN') return JSON.stringify(value)
  if (style === 'SPACED') return JSON.stringify(value, null, 2).replaceAll('": ', '" :\t')
  return style === 'SHUFFLED' ? JSON.stringify(reversed(value)) : escaped(value)
}

/** Members of objects in another order than they were asked for. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, reversed(item)] as const)
      .reverse(),
  )
}

/** Letters as `\u` escapes, in values and in names, and `/` as `\/`. */
function escaped(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(escaped).join(',')}]`
  if (typeof value === 'string') return escapeText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, item]) => `${escapeText(key)}:${escaped(item)}`)
  return `{${members.join(',')}}`
}

const escapeText = (text: string): string =>
  JSON.stringify(text)
    .replaceAll('/', '\\/')
    .replace(
      /(?<!\\)(?:\\\\)*[Aeå]/g,
      (found) => `${found.slice(0, -1)}${unicode(found.slice(-1))}`,
    )

const unicode = (letter: string): string =>
  `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
