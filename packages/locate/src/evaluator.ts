import { answerOf, createCaller, readAnswer } from '@kilde/feed'
import type { NonceKeeper, TokenClient } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { type Dispatcher, request } from 'undici'
import { openEpochs } from './epochs.js'
import { evaluatorFaults } from './errors.js'
import { blind, type Evaluation, finalize } from './oprf.js'
import {
  type Epoch,
  type EpochList,
  EvaluationAnswer,
  locatorAudience,
  locatorPaths,
  locatorScope,
} from './protocol.js'
import { inputFor } from './token.js'

/** Sends one request to the evaluator, with whoever's token it is. */
export type SendToEvaluator = (
  call: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown },
  signal: AbortSignal,
) => Promise<Dispatcher.ResponseData>

const MOST_BYTES = 65_536

/** The keys that hold now. @throws LocateError */
export async function fetchEpochs(
  send: SendToEvaluator,
  keys: JSONWebKeySet,
  nowMs: number,
  signal: AbortSignal,
): Promise<EpochList> {
  const response = await send({ method: 'GET', path: locatorPaths.epochs }, signal)
  if (response.statusCode !== 200) {
    await response.body.dump()
    throw evaluatorFaults.refused({ detail: `status ${response.statusCode}` })
  }
  return openEpochs(await response.body.text(), keys, nowMs)
}

/** For each epoch the OPRF's outputs, in the order of the tokens. */
export type Outputs = ReadonlyMap<string, readonly Uint8Array[]>

/**
 * Has persons' numbers evaluated, without the evaluator learning any of them: only blinded elements leave, and each batch is
 * checked against the key that the registry has signed.
 * @param tokens `system|value`; at most 64 for a node, 4 for a person
 * @throws LocateError `LOCATOR_UNREACHABLE`, `LOCATOR_REFUSED`, `LOCATOR_UNTRUSTED`
 */
export async function evaluateTokens(
  send: SendToEvaluator,
  epochs: readonly Epoch[],
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Outputs> {
  const blinded = tokens.map((token) => blind(inputFor(token)))
  const body = {
    epochs: epochs.map(({ id }) => id),
    elements: blinded.map(({ element }) => Buffer.from(element).toString('base64url')),
  }
  const response = await send({ method: 'POST', path: locatorPaths.evaluate, body }, signal)
  const answer = await readAnswer(EvaluationAnswer, response, MOST_BYTES, evaluatorFaults)
  const outputs = new Map<string, readonly Uint8Array[]>()
  for (const { epoch: id, elements, proof } of answer.evaluations) {
    const epoch = epochs.find((one) => one.id === id)
    if (!epoch) continue
    const evaluation = { elements: elements.map(bytesOf), proof: bytesOf(proof) }
    outputs.set(id, open(blinded, evaluation, epoch))
  }
  return outputs
}

function open(
  blinded: Parameters<typeof finalize>[0],
  evaluation: Evaluation,
  { publicKey }: Epoch,
): readonly Uint8Array[] {
  try {
    return finalize(blinded, evaluation, bytesOf(publicKey))
  } catch (cause) {
    // The library's words say which check failed, and nothing of the inputs.
    throw evaluatorFaults.untrusted({ cause, detail: 'the proof does not hold' })
  }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64url')

export interface EvaluatorOptions {
  /** Base URL of the evaluator: the registry's. */
  readonly url: string
  readonly tokens: TokenClient
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

/** Asks the evaluator as a machine client, with a token of its own: what nodes do. */
export function evaluatorAsSystem({ url, ...options }: EvaluatorOptions): SendToEvaluator {
  const caller = createCaller({
    ...options,
    baseUrl: url,
    audience: locatorAudience,
    scope: locatorScope,
    faults: evaluatorFaults,
  })
  return (call, signal) => caller.call({ ...call, signal })
}

export interface PersonOptions extends Pick<EvaluatorOptions, 'url' | 'dispatcher'> {
  /** The nonces of the evaluator, kept from one request to the next. */
  readonly nonces: NonceKeeper
  readonly proof: TokenClient['proof']
  /** The requester's token, exchanged for the evaluator: without a signed-in requester nothing is evaluated. */
  readonly accessToken: string
}

/** Asks the evaluator for a requester, once: what gateways do. */
export function evaluatorAsPerson(options: PersonOptions): SendToEvaluator {
  const { url: base, proof, accessToken, dispatcher, nonces } = options
  return async ({ method, path, body: given }, signal) => {
    const url = `${base.replace(/\/+$/, '')}${path}`
    const body = given === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(given))
    const headersWith = (nonce: string | undefined) => ({
      authorization: `DPoP ${accessToken}`,
      dpop: proof.sign({ method, url, accessToken, body, ...(nonce !== undefined && { nonce }) }),
      'content-type': 'application/json',
    })
    try {
      const { response } = await nonces.send(async (nonce) => {
        const headers = headersWith(nonce)
        return answerOf(await request(url, { method, headers, body, signal, dispatcher }))
      })
      return response
    } catch (cause) {
      throw evaluatorFaults.unreachable({ cause })
    }
  }
}
