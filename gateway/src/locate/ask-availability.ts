import { randomBytes } from 'node:crypto'
import { identifierToken, type PatientIdentifier, patientDigest } from '@kilde/contract'
import { answerOf } from '@kilde/feed'
import { AvailabilityAnswer, availabilityOperation, availabilityPath } from '@kilde/locate'
import { createNonceKeeper, type NonceKeeper, type TokenClient } from '@kilde/trust'
import { contextOf, operationDigest } from '@kilde/trust/context'
import { LRUCache } from 'lru-cache'
import { type Dispatcher, request } from 'undici'
import { tokenIn } from '../transport/signed-part.js'
import type { SourceTokens } from '../transport/source-tokens.js'
import type { AskAvailability } from './by-probe.js'
import type { LocateQuestion } from './locator.js'
import type { RequestNumbers } from './request-numbers.js'

export interface AskAvailabilityParts {
  readonly proof: TokenClient['proof']
  /** The tokens by which the organisations are asked for content too. */
  readonly tokens: SourceTokens
  readonly dispatcher: Dispatcher
  /** Longest wait for one (milliseconds): who is late is asked. */
  readonly timeoutMs: number
  /** The patient's other numbers. Absent: nobody can tell. */
  readonly numbers?: RequestNumbers | undefined
}

const MOST_BYTES = 8_192
const OPERATION = operationDigest(availabilityOperation)

export function createAskAvailability(parts: AskAvailabilityParts): AskAvailability {
  const { proof, tokens, dispatcher, timeoutMs } = parts
  const noncesOf = createKeepers()
  return async (asked, { endpoint, audience }, dataClasses) => {
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(timeoutMs)])
    const access = { ...asked, subjectToken: tokenIn(asked) }
    const { value: accessToken } = await tokens.tokenFor(access, audience, signal)
    const url = `${endpoint}${availabilityPath}`
    const body = bodyOf(asked, dataClasses, timeoutMs, await parts.numbers?.(asked))
    const { response } = await noncesOf(url).send(async (nonce) => {
      const signed = { method: 'POST', url, accessToken, body, ...(nonce && { nonce }) }
      const headers = {
        'content-type': 'application/json',
        authorization: `DPoP ${accessToken}`,
        dpop: proof.sign(signed),
      }
      return answerOf(await request(url, { method: 'POST', headers, body, signal, dispatcher }))
    })
    const { asOf, availability } = AvailabilityAnswer.parse(await readJson(response))
    const holds = new Map(availability.map((one) => [one.dataClass, one.holds]))
    return { asOfMs: Date.parse(asOf), holds }
  }
}

/** Each organisation gives nonces of its own. */
function createKeepers(): (url: string) => NonceKeeper {
  const known = new LRUCache<string, NonceKeeper>({ max: 10_000 })
  return (url) => {
    const keeper = known.get(url) ?? createNonceKeeper()
    known.set(url, keeper)
    return keeper
  }
}

function bodyOf(
  { patient, requester, traceparent }: LocateQuestion['asked'],
  dataClasses: readonly string[],
  deadlineMs: number,
  others: readonly PatientIdentifier[] | undefined,
): Buffer {
  const salt = randomBytes(16).toString('base64url')
  const identifier = identifierToken(patient)
  const kilde = {
    ...{ salt, deadlineMs, patient: patientDigest(salt, identifier) },
    ...{ ...contextOf(requester), operation: OPERATION },
    ...(traceparent !== undefined && { traceparent }),
    ...(others && { formerly: others.map((one) => patientDigest(salt, identifierToken(one))) }),
  }
  const variables = { identifier, dataClasses }
  return Buffer.from(
    JSON.stringify({ query: availabilityOperation, variables, extensions: { kilde } }),
  )
}

async function readJson({ statusCode, body }: Dispatcher.ResponseData): Promise<unknown> {
  if (statusCode !== 200) {
    await body.dump()
    throw new Error(`status ${statusCode}`)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
