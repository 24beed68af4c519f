import type { KildeError } from '@kilde/service'
import { PolicyRefused } from '../errors.js'
import type { Reply } from '../path/stage.js'

const JSON_TYPE = 'application/json; charset=utf-8'

/** A finished GraphQL answer. */
export function jsonReply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': JSON_TYPE }, body }
}

/** The only place where an error becomes an answer to a question: public text, code and reason, nothing else of it. */
export function errorReply(error: KildeError): Reply {
  const reason = error instanceof PolicyRefused ? { reason: error.reason } : {}
  const errors = [{ message: error.publicText, extensions: { code: error.code, ...reason } }]
  const reply = jsonReply(error.status, JSON.stringify({ errors }))
  return { ...reply, headers: { ...reply.headers, ...challengeOf(error) } }
}

/** How to do better, for whoever came without a good token (RFC 9449 §7.1). */
export function challengeOf(error: KildeError): Record<string, string> {
  const challenge = (error as { wwwAuthenticate?: unknown }).wwwAuthenticate
  return typeof challenge === 'string' ? { 'www-authenticate': challenge } : {}
}
