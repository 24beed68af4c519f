import { ServiceError } from '@kilde/service'
import {
  createRequestVerifier,
  issuerJwks,
  memoryReplayStore,
  type RequestVerifier,
} from '@kilde/trust'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** A person's numbers, the present one first, each as `system|value`. */
export const personNumbers = z.array(z.array(z.string().max(100)).min(1).max(4)).max(10_000)
type PersonNumbers = z.infer<typeof personNumbers>

const request = z.strictObject({ identifier: z.string().max(100) })

/** Where the stand-in listens: under the base URL of base data. */
const PATH = '/base-data/persons/numbers'

/**
 * Stand-in for what Persontjenesten tells of changed identity numbers. Nobody is answered but a system whose token has the scope: as
 * there, and unlike the registers of personnel and organisations, which are open.
 */
export function addPersonNumbers(
  app: FastifyInstance,
  persons: PersonNumbers,
  issuer: () => string,
): void {
  let verifier: RequestVerifier | undefined
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.post(PATH, async (received) => {
      verifier ??= verifierOf(issuer())
      const body = Buffer.isBuffer(received.body) ? received.body : new Uint8Array()
      const { authorization, dpop } = received.headers
      const proof = Array.isArray(dpop) ? dpop.join(', ') : dpop
      const url = `${issuer()}${PATH}`
      await verifier.verify({ authorization, dpop: proof, method: 'POST', url, body })
      return { numbers: numbersOf(persons, identifierIn(body)) }
    })
  })
}

function identifierIn(body: Uint8Array): string {
  try {
    return request.parse(JSON.parse(Buffer.from(body).toString('utf8'))).identifier
  } catch {
    // Without the cause: it may quote the number.
    throw new ServiceError('BODY_NOT_JSON')
  }
}

/** Whoever has it now, before whoever had it. */
const numbersOf = (persons: PersonNumbers, identifier: string): readonly string[] =>
  persons.find(([present]) => present === identifier) ??
  persons.find((numbers) => numbers.includes(identifier)) ??
  []

const verifierOf = (issuer: string): RequestVerifier =>
  createRequestVerifier({
    issuer,
    audience: 'kilde:persons',
    requiredScope: 'kilde:persons/read',
    keys: issuerJwks(issuer),
    replay: memoryReplayStore({ now: Date.now }),
    requireBodyDigest: true,
    accept: ['system'],
  })
