import type { KildeError } from '@kilde/service'

/** What leaves the gateway. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

const JSON_TYPE = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const

/** A finished GraphQL answer. */
export function jsonReply(status: number, body: string | Buffer): Reply {
  return { status, headers: JSON_TYPE, body }
}

/** The only place where an error becomes an HTTP answer: public text and code, nothing else of it. */
export function errorReply(error: KildeError): Reply {
  const { wwwAuthenticate: challenge, retryAfterSeconds } = error as {
    readonly wwwAuthenticate?: unknown
    readonly retryAfterSeconds?: unknown
  }
  const headers = {
    ...JSON_TYPE,
    ...(typeof challenge === 'string' && { 'www-authenticate': challenge }),
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
  }
  const body = { errors: [{ message: error.publicText, extensions: { code: error.code } }] }
  return { status: error.status, headers, body: `${JSON.stringify(body)}\n` }
}
