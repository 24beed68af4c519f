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
import { type Caller, TrustError } from '@kilde/trust'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Distribution } from '../distribute/distribution.js'
import type { Claimant, Entitled } from '../distribute/entitled.js'
import { PrivacyError } from '../errors.js'
import type { Ledger } from '../settings/ledger.js'

export interface FollowOptions {
  readonly ledger: Ledger
  readonly distribution: Distribution
  readonly access: Access
  readonly entitled: Pick<Entitled, 'may' | 'mayStill'>
}

interface Following extends Claimant {
  readonly close: () => void
}

/**
 * What concerns one organisation, as a stream for its node, and the node's word that it goes by it.
 * @returns ends the streams of those who may follow no longer
 */
export function addFollow(app: FastifyInstance, options: FollowOptions): () => void {
  const { ledger, distribution, access, entitled } = options
  const { followers } = distribution
  const open = new Set<Following>()

  app.get(`${privacyPaths.stream}/:organization`, async (request, reply) => {
    const { organization } = request.params as { readonly organization: string }
    const claimant = claimantOf(organization, await access(request, reply))
    requireEntitled(entitled, claimant)
    const instance = instanceOf(request)
    followers.requireRoom()
    await distribution.publish()
    const held = readMark(textOf(request, markHeader))
    let notice = await distribution.catchUp(organization, held)
    // Signing takes a moment, in which more may change: a change in between would be missed.
    while (notice.mark !== ledger.mark) notice = await distribution.catchUp(organization, held)
    // Meanwhile the organisation may have left.
    requireEntitled(entitled, claimant)
    const stream = openStream(reply)
    stream.send(feedEvents.entries, notice.jws)
    const { send, close } = stream
    const { clientId } = claimant
    const leave = followers.join({ clientId, name: organization, instance, send, close })
    const following = { ...claimant, close }
    open.add(following)
    stream.onEnd(() => {
      open.delete(following)
      leave()
    })
    return reply
  })

  app.post(privacyPaths.acknowledge, async (request, reply) => {
    const { clientId } = await access(request, reply)
    const { instance, version } = parseInput(Acknowledgement, readJson(bodyOf(request)))
    followers.acknowledge({ clientId, instance, version })
    return reply.code(204).send()
  })

  return () => {
    for (const following of open) if (!entitled.mayStill(following)) following.close()
  }
}

const claimantOf = (organization: string, caller: Caller): Claimant => ({
  organization,
  clientId: caller.clientId,
  owner: caller.kind === 'system' ? caller.organization : undefined,
})

/** @throws TrustError, CatalogueError `CATALOGUE_UNAVAILABLE` */
function requireEntitled(entitled: Pick<Entitled, 'may'>, claimant: Claimant): void {
  if (!entitled.may(claimant)) throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
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
