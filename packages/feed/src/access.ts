import type { SecurityLog } from '@kilde/audit'
import { type Caller, type RequestVerifier, TrustError } from '@kilde/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Lets a request through when its token and proof are right. */
export type Access = (request: FastifyRequest, reply: FastifyReply) => Promise<Caller>

export interface AccessOptions {
  readonly verifier: RequestVerifier
  readonly security: SecurityLog
  /** Public base URL. A function: with port 0 it is known only once the server listens. */
  readonly baseUrl: () => string
}

/** @throws TrustError for anyone who is not let through, after it stands in the security log */
export function createAccess({ verifier, security, baseUrl }: AccessOptions): Access {
  return async (request, reply) => {
    try {
      return await verifier.verify({
        authorization: request.headers.authorization,
        dpop: dpopOf(request),
        method: request.method,
        url: `${baseUrl()}${request.url}`,
        body: bodyOf(request),
      })
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
      security.note({ code: error.code, requestId: request.id, remote: request.ip })
      if (error.wwwAuthenticate !== undefined)
        reply.header('www-authenticate', error.wwwAuthenticate)
      throw error
    }
  }
}

/** The bytes that arrived; none where there is no body. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array()
}

function dpopOf({ headers }: FastifyRequest): string | undefined {
  const header = headers['dpop']
  return Array.isArray(header) ? header.join(', ') : header
}
