import type { FastifyPluginAsync } from 'fastify'
import { pageHeaders } from './headers.js'
import { createIdentityClient } from './identity-client.js'
import type { GraphiqlOptions } from './options.js'
import { servePage } from './serve-page.js'
import { serveSession } from './serve-session.js'
import { createSignIns } from './sign-ins.js'

/**
 * GraphiQL and the small back end of its sign-in, to be registered under the prefix `/graphiql`. The key that access
 * tokens are bound to is made in the browser and never leaves it; this back end only vouches for the client.
 * Nothing here is switched on or off: who registers it decides.
 */
export function createGraphiql(options: GraphiqlOptions): FastifyPluginAsync {
  return async (app) => {
    const now = options.now ?? Date.now
    app.addHook('onSend', async (_request, reply) => {
      reply.headers(pageHeaders)
    })
    servePage(app, options)
    serveSession(app, {
      publicUrl: options.publicUrl,
      issuer: options.issuer,
      signIns: createSignIns({ now }),
      identity: createIdentityClient({
        ...options,
        redirectUri: `${options.publicUrl}${app.prefix}/callback`,
        now,
      }),
      now,
    })
  }
}
