import type { Issue } from './outcome.js'

/** One entry of a Bundle as it was read: its envelope, and its resource with the very text that was sent. */
export interface SentEntry {
  /** FHIRPath of the entry, e.g. `Bundle.entry[3]`. */
  readonly place: string
  readonly fullUrl?: string
  readonly request?: {
    readonly method: string
    readonly url: string
    readonly ifNoneExist?: string
  }
  readonly resource?: unknown
  readonly text?: string
}

/** What the sender wants done with a resource. */
export interface Wish {
  /** The sender's, or our own, local id (`PUT Observation/<id>`, or of another type). */
  readonly id?: string
  /** `system|value` that decides which row is meant (`PUT Observation?identifier=…`). */
  readonly identifier?: string
  readonly onlyIfNone: boolean
}

const TOKEN_QUERY = /^identifier=([^&|]*)\|([^&]+)$/

/** A resource's type; undefined for what is no resource. */
export function typeOf(resource: unknown): string | undefined {
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource))
    return undefined
  return typeof resource.resourceType === 'string' ? resource.resourceType : undefined
}

/** Reads the request of an entry; where there is none (PMD's `collection`), the resource is to be kept. */
export function wishOf({ request, place, resource }: SentEntry): Wish | Issue {
  if (!request) return { onlyIfNone: false }
  const type = typeOf(resource) ?? ''
  const { method, url, ifNoneExist } = request
  const at = `${place}.request`
  if (method !== 'POST' && method !== 'PUT') {
    return refuse(`${at}.method`, 'only POST and PUT are taken here', 'not-supported')
  }
  if (method === 'POST') {
    if (ifNoneExist === undefined) return { onlyIfNone: false }
    const identifier = tokenOf(ifNoneExist, type)
    if (identifier !== undefined) return { identifier, onlyIfNone: true }
    return refuse(
      `${at}.ifNoneExist`,
      'only `identifier=system|value` is understood',
      'not-supported',
    )
  }
  const own = url.startsWith(`${type}/`) ? url.slice(type.length + 1) : ''
  const id = own.match(/^[A-Za-z0-9.-]{1,64}$/)?.[0]
  if (id !== undefined) return { id, onlyIfNone: false }
  const identifier = tokenOf(url, type)
  // PMD sends addresses of its own making: then the identifier in the resource decides.
  return identifier === undefined ? { onlyIfNone: false } : { identifier, onlyIfNone: false }
}

function tokenOf(text: string, type: string): string | undefined {
  const query = text.startsWith(`${type}?`) ? text.slice(type.length + 1) : text
  const [, system, value] = query.match(TOKEN_QUERY) ?? []
  try {
    return value === undefined
      ? undefined
      : `${decodeURIComponent(system ?? '')}|${decodeURIComponent(value)}`
  } catch {
    return undefined
  }
}

const refuse = (expression: string, text: string, code: Issue['code']): Issue => ({
  severity: 'error',
  code,
  text,
  expression,
})
