import { toKildeError } from '@kilde/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errors, type Interaction, type Provider } from 'oidc-provider'
import { type AttestInput, readAttestInput } from './attest-input.js'
import { requestedDetails } from './create-provider.js'
import { IdentityError } from './errors.js'
import { messagePage, pageHeaders } from './html.js'
import { signInPage } from './sign-in-page.js'
import { personaByKey, subjectOf } from './subjects.js'

/** The page at which a sign-in stops to ask who it is. `provider`: the one in use now. */
export function addSignInRoutes(app: FastifyInstance, provider: () => Provider): void {
  app.get('/interaction/:uid', (request, reply) =>
    orSay(reply, async () => {
      const interaction = await interactionOf(provider(), request, reply)
      const client = await provider().Client.find(String(interaction.params['client_id']))
      const { login_hint: hint, redirect_uri: redirectUri } = interaction.params
      const html = signInPage({
        clientName: client?.clientName ?? '',
        hint: typeof hint === 'string' ? hint : undefined,
        attest: attestAskedFor(interaction),
      })
      return sendPage(reply, 200, html, [new URL(String(redirectUri)).origin])
    }),
  )
  app.post('/interaction/:uid', (request, reply) =>
    orSay(reply, async () => {
      // Its cookie belongs to this address and is not sent along from other sites: no form elsewhere can sign anybody in.
      await interactionOf(provider(), request, reply)
      const persona = personaByKey(chosenKey(request.body))
      if (!persona) throw new IdentityError('UNKNOWN_PERSONA')
      const login = { accountId: subjectOf(persona), amr: ['pwd'], acr: 'Level4', remember: false }
      const next = await provider().interactionResult(request.raw, reply.raw, { login })
      return reply.redirect(next, 303)
    }),
  )
}

async function interactionOf(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Interaction> {
  try {
    return await provider.interactionDetails(request.raw, reply.raw)
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) throw new IdentityError('SIGN_IN_EXPIRED')
    throw cause
  }
}

function attestAskedFor({ params }: Interaction): AttestInput | undefined {
  const [detail] = requestedDetails(params)
  return detail === undefined ? undefined : readAttestInput(detail)
}

function chosenKey(body: unknown): string {
  const form = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : ''
  return new URLSearchParams(form).get('persona') ?? ''
}

async function orSay(reply: FastifyReply, answer: () => Promise<unknown>): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    const fault = toKildeError(error)
    if (fault.status >= 500) throw error
    return sendPage(reply, fault.status, messagePage('The sign-in failed', fault.publicText))
  }
}

function sendPage(
  reply: FastifyReply,
  status: number,
  html: string,
  formTargets: readonly string[] = [],
): FastifyReply {
  return reply
    .code(status)
    .headers(pageHeaders(formTargets))
    .type('text/html; charset=utf-8')
    .send(html)
}
