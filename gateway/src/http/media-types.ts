/** What answers are sent as (GraphQL over HTTP). */
export type MediaType = 'application/graphql-response+json' | 'application/json'

/** What an answer may come as, bit by bit (GraphQL over Server-Sent Events). */
const EVENT_STREAM = 'text/event-stream'

const RESPONSE = 'application/graphql-response+json'
const JSON_TYPE = 'application/json'

interface Range {
  readonly type: string
  readonly quality: number
}

/**
 * The type that an `Accept` header asks for; undefined where it allows neither. What names no preference gets
 * `application/json`, as clients from before the other type expect.
 */
export function negotiate(accept: string | undefined): MediaType | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_TYPE
  const ranges = accept.split(',').flatMap(readRange)
  const json = qualityOf(JSON_TYPE, ranges)
  const response = qualityOf(RESPONSE, ranges)
  if (json.quality <= 0 && response.quality <= 0) return undefined
  if (response.quality !== json.quality) {
    return response.quality > json.quality ? RESPONSE : JSON_TYPE
  }
  return response.exact ? RESPONSE : JSON_TYPE
}

/** True where an `Accept` header names a stream of events, and likes nothing of what else there is better. */
export function wantsEvents(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').flatMap(readRange)
  const quality = ranges.find(({ type }) => type === EVENT_STREAM)?.quality ?? 0
  const others = [RESPONSE, JSON_TYPE] as const
  return quality > 0 && others.every((type) => qualityOf(type, ranges).quality <= quality)
}

/** True for JSON in UTF-8: of what else a body may be, a page of another origin could send some without being asked first. */
export function isJson(contentType: string | undefined): boolean {
  const [range] = contentType === undefined ? [] : readRange(contentType)
  return range?.type === JSON_TYPE
}

function readRange(text: string): Range[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=')
      return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')]
    }),
  )
  const charset = values.get('charset') ?? 'utf-8'
  const quality = Number(values.get('q') ?? '1')
  const known = charset === 'utf-8' || charset === 'utf8'
  return known && quality >= 0 && quality <= 1 ? [{ type, quality }] : []
}

/** The most specific range that fits decides (RFC 9110 §12.5.1). */
function qualityOf(type: MediaType, ranges: readonly Range[]): { quality: number; exact: boolean } {
  for (const candidate of [type, 'application/*', '*/*']) {
    const found = ranges.find((range) => range.type === candidate)
    if (found) return { quality: found.quality, exact: candidate === type }
  }
  return { quality: 0, exact: false }
}
