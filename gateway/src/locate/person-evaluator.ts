import { evaluateTokens, evaluatorAsPerson, locatorAudience } from '@kilde/locate'
import { createNonceKeeper, type TokenClient } from '@kilde/trust'
import type { Dispatcher } from 'undici'
import { tokenIn } from '../transport/signed-part.js'
import type { SourceTokens } from '../transport/source-tokens.js'
import type { ByFilterParts } from './by-filter.js'

export interface PersonEvaluatorParts {
  /** Base URL of the evaluator. */
  readonly url: string
  readonly proof: TokenClient['proof']
  /** Exchanges requesters' tokens for the evaluator. */
  readonly tokens: SourceTokens
  readonly dispatcher: Dispatcher
  /** Longest wait (milliseconds): an evaluator that is late is one that is out, and everybody is asked. */
  readonly timeoutMs: number
}

/** Has numbers evaluated on behalf of the requester: a gateway cannot do it for nobody, nor for more than the requester's allowance. */
export function createPersonEvaluator(parts: PersonEvaluatorParts): ByFilterParts['evaluate'] {
  const { url, proof, tokens, dispatcher, timeoutMs } = parts
  const nonces = createNonceKeeper()
  return async (asked, epochs, numbers) => {
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(timeoutMs)])
    const access = {
      requester: asked.requester,
      patient: asked.patient,
      subjectToken: tokenIn(asked),
    }
    const { value: accessToken } = await tokens.tokenFor(access, locatorAudience, signal)
    const send = evaluatorAsPerson({ url, proof, accessToken, dispatcher, nonces })
    return evaluateTokens(send, epochs, numbers, signal)
  }
}
