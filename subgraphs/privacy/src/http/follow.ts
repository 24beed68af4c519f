import { parseInput } from '@kilde/catalogue'
import { type Access, bodyOf, openStream } from '@kilde/feed'
import {
  Acknowledgement,
  feedEvents,
  markHeader,
  nodeHeader,
  privacyPaths,
  readMark,
} from '@kilde/privacy'
import { TrustError } from '@kilde/trust'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Distribution } from '../distribute/distribution.js'
import { PrivacyError } from '../errors.js'
import type { Ledger } from '../settings/ledger.js'

export interface FollowOptions {
  readonly ledger: Ledger
  readonly distribution: Distribution
  readonly access: Access
  /** Clients that may follow for an organisation, by its number. */
  readonly nodes: Readonly<Record<string, readonly string[]>>
}

/** What concerns one organisation, as a stream for its node, and the node's word that it goes by it. */
export function addFollow(app: FastifyInstance, options: FollowOptions): void {
  const { ledger, distribution, access, nodes } = options
  const { followers } = distribution

  app.get(`${privacyPaths.stream}/:organization`, async (request, reply) => {
    const { clientId } = await access(request, reply)
    const { organization } = request.params as { readonly organization: string }
    requireOwn(nodes, organization, clientId)
    const instance = instanceOf(request)
    followers.requireRoom()
    await distribution.publish()
    const held = readMark(textOf(request, markHeader))
    let notice = await distribution.catchUp(organization, held)
    // Signing takes a moment, in which more may change: a change in between would be missed.
    while (notice.mark !== ledger.mark) notice = await distribution.catchUp(organization, held)
    const stream = openStream(reply)
    stream.send(feedEvents.entries, notice.jws)
    const { send, close } = stream
    stream.onEnd(followers.join({ clientId, name: organization, instance, send, close }))
    return reply
  })

  app.post(privacyPaths.acknowledge, async (request, reply) => {
    const { clientId } = await access(request, reply)
    const { instance, version } = parseInput(Acknowledgement, readJson(bodyOf(request)))
    followers.acknowledge({ clientId, instance, version })
    return reply.code(204).send()
  })
}

/** A node is given what concerns its own organisation, or one that has named it. */
function requireOwn(nodes: FollowOptions['nodes'], organization: string, clientId: string): void {
  const clients = Object.hasOwn(nodes, organization) ? nodes[organization] : undefined
  if (!clients?.includes(clientId)) throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
}

function instanceOf(request: FastifyRequest): string {
  const [, instance] = (textOf(request, nodeHeader) ?? '').split(';')
  return parseInput(z.uuid(), instance)
}

function textOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown
  } catch {
    throw new PrivacyError('PRIVACY_INPUT', { text: 'The request body is not JSON.' })
  }
}
