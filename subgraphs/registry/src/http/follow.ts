import {
  Acknowledgement,
  FollowerId,
  followerHeader,
  parseInput,
  registryPaths,
  streamEvents,
} from '@kilde/catalogue'
import { type Access, type Followers, openStream } from '@kilde/feed'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Register } from '../data/register.js'
import type { Bulletin } from '../follow/bulletin.js'
import { readBody } from './json-body.js'

export interface FollowOptions {
  readonly register: Register
  readonly bulletin: Bulletin
  readonly followers: Followers
  readonly access: Access
}

/** The signed state: once, as a stream of changes, and the followers' word that they go by them. */
export function addFollow(app: FastifyInstance, options: FollowOptions): void {
  const { register, bulletin, followers, access } = options

  app.get(registryPaths.state, async (request, reply) => {
    await access(request, reply)
    const { jws } = await bulletin.state()
    return reply.type('application/jose').send(jws)
  })

  app.get(registryPaths.stream, async (request, reply) => {
    const { clientId } = await access(request, reply)
    const id = followerIdOf(request)
    followers.requireRoom()
    const { jws } = await presentState(register, bulletin)
    // From here to `join` nothing waits: a change in between would be missed.
    const stream = openStream(reply)
    stream.send(streamEvents.state, jws)
    const leave = followers.join({ clientId, ...id, send: stream.send, close: stream.close })
    stream.onEnd(leave)
    return reply
  })

  app.post(registryPaths.acknowledge, async (request, reply: FastifyReply) => {
    const { clientId } = await access(request, reply)
    followers.acknowledge({ clientId, ...readBody(Acknowledgement, request) })
    return reply.code(204).send()
  })
}

/** Signing takes a moment, in which the state may change: followers must never be given an older state after a newer. */
async function presentState(register: Register, bulletin: Bulletin) {
  let notice = await bulletin.state()
  while (notice.version !== register.current().version) notice = await bulletin.state()
  return notice
}

function followerIdOf({ headers }: FastifyRequest): FollowerId {
  const [name, instance] = String(headers[followerHeader] ?? '').split(';')
  return parseInput(FollowerId, { name, instance })
}
