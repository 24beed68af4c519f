import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { ServiceError, serviceErrors } from './errors.js'

/** For everything that is no page of ours: a browser that shows it must run, load and frame nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

/** OWASP, «REST Security Cheat Sheet», security headers. A page of ours brings a policy of its own. */
export function addSecurityHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff')
  reply.header('referrer-policy', 'no-referrer')
  // Browsers heed it over https only (RFC 6797 §8.1).
  reply.header('strict-transport-security', 'max-age=31536000')
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  const type = reply.getHeader('content-type')
  if (typeof type === 'string' && type.startsWith('text/html')) return
  if (!reply.hasHeader('content-security-policy')) {
    reply.header('content-security-policy', NO_PAGE)
  }
  reply.header('x-frame-options', 'DENY')
  if (!reply.hasHeader('cross-origin-resource-policy')) {
    reply.header('cross-origin-resource-policy', 'same-origin')
  }
}

/** Headers of which Node takes the first and forgets the others, where a proxy before us may have gone by the last. */
const ONCE = new Set(['host', 'authorization', 'content-type', 'content-encoding'])

/**
 * Refuses a request that says twice for whom, by whom or what it is (RFC 9112 §3.2 for `Host`).
 * @throws ServiceError `HTTP_MALFORMED`
 */
export function refuseDoubles(rawHeaders: readonly string[]): void {
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    if (!ONCE.has(name)) continue
    if (seen.has(name)) throw new ServiceError('HTTP_MALFORMED')
    seen.add(name)
  }
}

/** Ends the connection of a client that does not take its answer: what it has not taken stays in memory. */
export function cutSlow({ raw }: FastifyReply, withinMs: number): void {
  // Of a client that has left, a timer would hold for as long what it asked.
  if (raw.closed) return
  const cut = setTimeout(() => raw.destroy(), withinMs)
  cut.unref()
  raw.once('close', () => clearTimeout(cut))
}

const { text: message } = serviceErrors.HTTP_MALFORMED
const BODY = `${JSON.stringify({ errors: [{ message, extensions: { code: 'HTTP_MALFORMED' } }] })}\n`
const MALFORMED = [
  'HTTP/1.1 400 Bad Request',
  'content-type: application/json; charset=utf-8',
  `content-length: ${Buffer.byteLength(BODY)}`,
  'cache-control: no-store',
  'connection: close',
  '',
  BODY,
].join('\r\n')

/**
 * Answers what is no HTTP/1.1, and ends the connection: what stands behind it on the same connection is never read as a
 * request, whatever a proxy in between takes it for (request smuggling, RFC 9112 §11.2).
 */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.end(MALFORMED)
  else socket.destroy()
}
