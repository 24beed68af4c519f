import { type Access, bodyOf } from '@kilde/feed'
import {
  EvaluationRequest,
  evaluate,
  LocateError,
  locatorPaths,
  type OprfKey,
  signEpochs,
} from '@kilde/locate'
import type { PrivateJwk } from '@kilde/trust'
import type { FastifyInstance } from 'fastify'
import type { Allow } from './allowances.js'
import type { KeyRing, RingKey } from './key-ring.js'
import type { Tally } from './tally.js'

export interface LocateRoutes {
  readonly ring: KeyRing
  readonly allow: Allow
  readonly tally: Tally
  /** Signs the list of keys: the registry's own. */
  readonly key: PrivateJwk
  readonly access: Access
  /** For followers of the registry. */
  readonly followerAccess: Access
  readonly now: () => number
}

/** The evaluator: which keys hold, and blinded elements evaluated with them. It keeps nothing of a request but its count. */
export function addLocate(app: FastifyInstance, routes: LocateRoutes): void {
  const { ring, allow, tally, key, access, followerAccess, now } = routes
  app.get(locatorPaths.epochs, async (request, reply) => {
    await followerAccess(request, reply)
    const epochs = (await ring.present()).map(({ id, publicKey, fromMs, untilMs }) => ({
      ...{ id, fromMs, untilMs },
      publicKey: Buffer.from(publicKey).toString('base64url'),
    }))
    const issuedAt = new Date(now()).toISOString()
    return reply.type('application/jose').send(await signEpochs({ issuedAt, epochs }, key))
  })
  app.post(locatorPaths.evaluate, { bodyLimit: 16_384 }, async (request, reply) => {
    const caller = await access(request, reply)
    const asked = readRequest(bodyOf(request))
    await allow(caller, asked.elements.length)
    tally.note(caller, asked.elements.length)
    const keys = (await ring.present()).filter(({ id }) => asked.epochs.includes(id))
    // One that ended just now is left out; whoever asks knows what to do without it.
    if (keys.length === 0) throw new LocateError('EVALUATION_INPUT')
    return { evaluations: keys.map((one) => evaluated(one, asked.elements)) }
  })
}

function evaluated(key: RingKey, elements: readonly string[]) {
  const { proof, elements: results } = tryEvaluate(key, elements)
  return {
    epoch: key.id,
    elements: results.map((element) => Buffer.from(element).toString('base64url')),
    proof: Buffer.from(proof).toString('base64url'),
  }
}

function tryEvaluate(key: OprfKey, elements: readonly string[]) {
  try {
    return evaluate(
      key,
      elements.map((text) => Buffer.from(text, 'base64url')),
    )
  } catch (cause) {
    throw new LocateError('EVALUATION_INPUT', { cause })
  }
}

function readRequest(body: Uint8Array): EvaluationRequest {
  try {
    return EvaluationRequest.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch (cause) {
    throw new LocateError('EVALUATION_INPUT', { cause })
  }
}
