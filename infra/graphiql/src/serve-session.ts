import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createCookie, type SignInCookie } from './cookie.js'
import { GraphiqlError } from './errors.js'
import type { IdentityClient } from './identity-client.js'
import { readStart, readToken } from './input.js'
import { newSecrets } from './new-secrets.js'
import { receiveCallback } from './receive-callback.js'
import type { SignInEndpoints, SignInPhase, Started, TokenAnswer } from './settings.js'
import type { SignIns } from './sign-ins.js'

export interface SessionParts {
  readonly publicUrl: string
  readonly issuer: string
  readonly signIns: SignIns
  readonly identity: IdentityClient
  readonly now: () => number
}

/** Sign-in, seen from the page: endpoints → start → (the identity service) → callback → token. */
export function serveSession(app: FastifyInstance, parts: SessionParts): void {
  const { origin, protocol } = new URL(parts.publicUrl)
  const cookie = createCookie({ path: app.prefix, secure: protocol === 'https:' })
  const preHandler = ownPageOnly(origin)
  app.get('/session', (request, reply) => reply.send(phase(parts, cookie, request, reply)))
  app.get('/session/endpoints', () => endpoints(parts))
  app.post('/session/start', { preHandler }, (request, reply) =>
    start(parts, cookie, request, reply),
  )
  app.get('/callback', (request, reply) => {
    const problem = receiveCallback(parts, cookie.read(request), request.query)
    return reply.redirect(
      `${app.prefix}/${problem === undefined ? '' : `#problem=${problem}`}`,
      303,
    )
  })
  app.post('/session/token', { preHandler }, (request, reply) =>
    token(parts, cookie, request, reply),
  )
}

/** Browsers always send `Origin` with a POST, and no other page can choose it. */
function ownPageOnly(origin: string) {
  return async (request: FastifyRequest): Promise<void> => {
    if (request.headers.origin !== origin) throw new GraphiqlError('CROSS_SITE')
  }
}

function phase(
  parts: SessionParts,
  cookie: SignInCookie,
  request: FastifyRequest,
  reply: FastifyReply,
): SignInPhase {
  const secret = cookie.read(request)
  const outcome = parts.signIns.find(secret)?.outcome
  if (outcome === undefined) return { phase: 'none' }
  if ('code' in outcome) return { phase: 'returned' }
  parts.signIns.end(secret)
  cookie.drop(reply)
  return { phase: 'failed', message: outcome.problem }
}

async function endpoints({ identity, now }: SessionParts): Promise<SignInEndpoints> {
  const { pushUrl, tokenUrl } = await identity.metadata()
  return { pushUrl, tokenUrl, now: now() }
}

async function start(
  { identity, signIns }: SessionParts,
  cookie: SignInCookie,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Started> {
  const { codeChallenge, ...signIn } = newSecrets()
  const started = await identity.push({ ...readStart(request.body), signIn, codeChallenge })
  if ('authorizeUrl' in started) {
    signIns.end(cookie.read(request))
    cookie.set(reply, signIns.begin(signIn))
  }
  return started
}

async function token(
  { identity, signIns }: SessionParts,
  cookie: SignInCookie,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<TokenAnswer> {
  const { proof } = readToken(request.body)
  const secret = cookie.read(request)
  const signIn = signIns.find(secret)
  if (signIn?.outcome === undefined || 'problem' in signIn.outcome)
    throw new GraphiqlError('SIGN_IN_EXPIRED')
  const end = (): void => {
    signIns.end(secret)
    cookie.drop(reply)
  }
  try {
    const answer = await identity.redeem({ signIn, code: signIn.outcome.code, proof })
    if ('accessToken' in answer) end()
    return answer
  } catch (error) {
    // A code is good for one try.
    end()
    throw error
  }
}
