import type { FastifyReply, FastifyRequest } from 'fastify'
import { signInLifetimeMs } from './sign-ins.js'

/** The secret that ties a sign-in to the browser it was started in. */
export interface SignInCookie {
  read(request: FastifyRequest): string | undefined
  set(reply: FastifyReply, secret: string): void
  drop(reply: FastifyReply): void
}

const name = 'kilde_graphiql'
const pattern = new RegExp(`(?:^|;\\s*)${name}=([\\w-]{43})(?:;|$)`)

export function createCookie(o: { readonly path: string; readonly secure: boolean }): SignInCookie {
  // `Lax`, not `Strict`: the redirect from the identity service must bring it along.
  const attributes = `Path=${o.path}; HttpOnly; SameSite=Lax${o.secure ? '; Secure' : ''}`
  const write = (reply: FastifyReply, value: string, maxAgeSeconds: number): void =>
    void reply.header('set-cookie', `${name}=${value}; Max-Age=${maxAgeSeconds}; ${attributes}`)
  return {
    read: (request) => pattern.exec(request.headers.cookie ?? '')?.[1],
    set: (reply, secret) => write(reply, secret, signInLifetimeMs / 1000),
    drop: (reply) => write(reply, '', 0),
  }
}
