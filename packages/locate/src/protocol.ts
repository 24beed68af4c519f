import { z } from 'zod'
import { ELEMENT_BYTES } from './oprf.js'

/** What evaluator, nodes and gateways agree on. */
export const locatorAudience = 'kilde:locator'
export const locatorScope = 'kilde:locator/evaluate'
export const locatorPaths = { epochs: '/locate/epochs', evaluate: '/locate/evaluate' } as const

/** One audience for all nodes: a token for filters opens nothing else, and is bound to the gateway's key (RFC 9449). */
export const holdingsAudience = 'kilde:holdings'
export const holdingsScope = 'kilde:holdings/read'
export const holdingsPath = (dataClass: string): string => `/holdings/${dataClass}`
/** Where an organisation gives its word on which filters hold still: a stream, new whenever that changes and every few seconds. */
export const holdingsStreamPath = '/holdings'

/** Most elements of one request of a node, and of a person: whoever has a person's numbers looked up has few. */
export const MOST_ELEMENTS = 64
export const MOST_OF_A_PERSON = 4

/** Group element or scalar: 32 bytes in base64url. */
const element = z.base64url().length(Math.ceil((ELEMENT_BYTES * 4) / 3))
export const EpochId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/)

export const EvaluationRequest = z
  .object({
    /** Ids of the epochs whose keys are wanted: the present one, and while both hold, the one before. */
    epochs: z.array(EpochId).min(1).max(2).readonly(),
    elements: z.array(element).min(1).max(MOST_ELEMENTS).readonly(),
  })
  .readonly()

export type EvaluationRequest = z.infer<typeof EvaluationRequest>

export const EvaluationAnswer = z
  .object({
    evaluations: z
      .array(
        z
          .object({
            epoch: EpochId,
            elements: z.array(element).max(MOST_ELEMENTS).readonly(),
            proof: z.base64url().length(Math.ceil((2 * ELEMENT_BYTES * 4) / 3)),
          })
          .readonly(),
      )
      .min(1)
      .max(2)
      .readonly(),
  })
  .readonly()
export type EvaluationAnswer = z.infer<typeof EvaluationAnswer>

/** One key of the evaluator, and when filters under it are good. */
const Epoch = z
  .object({
    id: EpochId,
    publicKey: element,
    /** From when filters are built under it (epoch milliseconds). */
    fromMs: z.number().int().min(0),
    /** From when no filter under it is any good (epoch milliseconds): the key is gone then. */
    untilMs: z.number().int().min(0),
  })
  .readonly()
export type Epoch = z.infer<typeof Epoch>

/** What the registry signs: the keys that hold now, newest first. */
export const EpochList = z
  .object({ issuedAt: z.iso.datetime(), epochs: z.array(Epoch).min(1).max(3).readonly() })
  .readonly()
export type EpochList = z.infer<typeof EpochList>
