import { randomBytes } from 'node:crypto'
import { identifierToken, patientDigest } from '@kilde/contract'
import { AvailabilityAnswer, availabilityOperation, availabilityPath } from '@kilde/locate'
import type { TokenClient } from '@kilde/trust'
import { contextOf, operationDigest } from '@kilde/trust/context'
import { type Dispatcher, request } from 'undici'
import { tokenIn } from '../transport/signed-part.js'
import type { SourceTokens } from '../transport/source-tokens.js'
import type { AskAvailability } from './by-probe.js'
import type { LocateQuestion } from './locator.js'

export interface AskAvailabilityParts {
  readonly proof: TokenClient['proof']
  /** The tokens by which the organisations are asked for content too. */
  readonly tokens: SourceTokens
  readonly dispatcher: Dispatcher
  /** Longest wait for one (milliseconds): who is late is asked. */
  readonly timeoutMs: number
}

const MOST_BYTES = 8_192
const OPERATION = operationDigest(availabilityOperation)

export function createAskAvailability(parts: AskAvailabilityParts): AskAvailability {
  const { proof, tokens, dispatcher, timeoutMs } = parts
  return async (asked, { endpoint, audience }, dataClasses) => {
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(timeoutMs)])
    const access = { ...asked, subjectToken: tokenIn(asked) }
    const { value: accessToken } = await tokens.tokenFor(access, audience, signal)
    const url = `${endpoint}${availabilityPath}`
    const body = bodyOf(asked, dataClasses, timeoutMs)
    const headers = {
      'content-type': 'application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: proof.sign({ method: 'POST', url, accessToken, body }),
    }
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher })
    const { asOf, availability } = AvailabilityAnswer.parse(await readJson(answer))
    const holds = new Map(availability.map((one) => [one.dataClass, one.holds]))
    return { asOfMs: Date.parse(asOf), holds }
  }
}

function bodyOf(
  { patient, requester, traceparent }: LocateQuestion['asked'],
  dataClasses: readonly string[],
  deadlineMs: number,
): Buffer {
  const salt = randomBytes(16).toString('base64url')
  const identifier = identifierToken(patient)
  const kilde = {
    ...{ salt, deadlineMs, patient: patientDigest(salt, identifier) },
    ...{ ...contextOf(requester), operation: OPERATION },
    ...(traceparent !== undefined && { traceparent }),
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
