import { type Access, bodyOf } from '@kilde/feed'
import { privacyPaths } from '@kilde/privacy'
import { TrustError } from '@kilde/trust'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { readConsents, type SaidConsent } from '../fhir/read-consent.js'
import { consentsOf } from '../fhir/write-consent.js'
import type { Execute } from '../graphql/execute.js'
import type { Line } from '../path/index.js'
import type { Verified } from '../path/stage.js'
import { createVerifyToken } from '../path/verify-token.js'
import { readJson } from './follow.js'

const BODY_BYTES = 256 * 1024

export interface RouteOptions {
  readonly line: Line
  readonly execute: Execute
  /** Of citizens. */
  readonly access: Access
  /** Of systems that hand over what persons have stated elsewhere. */
  readonly importAccess: Access
}

/** The addresses for citizens. No number of a person stands in any of them. */
export function addRoutes(app: FastifyInstance, { line, execute, ...options }: RouteOptions): void {
  const verify = createVerifyToken(options.access)
  const bodyLimit = BODY_BYTES

  app.post(privacyPaths.graphql, { bodyLimit }, async (request, reply) => {
    const verified = await verify(request, reply)
    return execute(verified, readJson(bodyOf(request)))
  })

  app.post(privacyPaths.fhir, { bodyLimit }, async (request, reply) => {
    const verified = await verify(request, reply)
    const said = readConsents(readJson(bodyOf(request)), verified.person)
    return sendBundle(reply, 'transaction-response', await takeAll(line, verified, said))
  })

  app.post(privacyPaths.import, { bodyLimit }, async (request, reply) => {
    const caller = await options.importAccess(request, reply)
    if (caller.kind !== 'system') throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
    const said = readConsents(readJson(bodyOf(request)))
    const taken = await takeAll(line, { requestId: request.id, caller }, said)
    return sendBundle(reply, 'transaction-response', taken)
  })

  app.get(privacyPaths.fhir, async (request, reply) => {
    const verified = await verify(request, reply)
    const { statements, person } = await line.look({ ...verified, intent: { do: 'READ' } })
    const resources = consentsOf(statements, person)
    return sendBundle(reply, 'searchset', resources)
  })
}

/** One after the other. What was read is whole; a rule that refuses one ends it there, and what was taken before stays. */
async function takeAll(
  line: Line,
  by: Omit<Verified, 'person'>,
  said: readonly SaidConsent[],
): Promise<readonly object[]> {
  const resources: object[] = []
  for (const { person, intent } of said) {
    const { meant } = await line.change({ ...by, person, intent })
    resources.push(...consentsOf(meant, person))
  }
  return resources
}

function sendBundle(reply: FastifyReply, type: string, resources: readonly object[]): FastifyReply {
  const response = type === 'searchset' ? {} : { response: { status: '200' } }
  return reply.type('application/fhir+json').send({
    resourceType: 'Bundle',
    type,
    ...(type === 'searchset' && { total: resources.length }),
    entry: resources.map((resource) => ({ resource, ...response })),
  })
}
