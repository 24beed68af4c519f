import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { createCaller, readAnswer } from '@kilde/feed'
import type { TokenClient } from '@kilde/trust'
import type { Dispatcher } from 'undici'
import { numbersFaults } from '../errors.js'
import { NumbersAnswer, numbersAudience, numbersPath, numbersScope } from './protocol.js'

/** All numbers of whoever has this one, by base data alone; none where they know nobody by it. @throws LocateError */
export type AskNumbers = (
  patient: PatientIdentifier,
  signal: AbortSignal,
) => Promise<readonly PatientIdentifier[]>

export interface AskNumbersOptions {
  /** Base URL of base data. */
  readonly url: string
  readonly tokens: TokenClient
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

const MOST_BYTES = 4_096

export function createAskNumbers({ url, ...options }: AskNumbersOptions): AskNumbers {
  const caller = createCaller({
    ...options,
    baseUrl: url,
    audience: numbersAudience,
    scope: numbersScope,
    faults: numbersFaults,
  })
  return async (patient, signal) => {
    const body = { identifier: identifierToken(patient) }
    const response = await caller.call({ method: 'POST', path: numbersPath, body, signal })
    const { numbers } = await readAnswer(NumbersAnswer, response, MOST_BYTES, numbersFaults)
    return numbers.map(readNumber)
  }
}

function readNumber(text: string): PatientIdentifier {
  try {
    return parsePatientIdentifier(text)
  } catch {
    // Without the cause: what is no number may be somebody's all the same.
    throw numbersFaults.unreachable({ detail: 'a number of another form' })
  }
}
