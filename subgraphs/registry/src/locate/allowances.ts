import type { CatalogueState } from '@kilde/catalogue'
import { LocateError, MOST_OF_A_PERSON } from '@kilde/locate'
import type { Caller } from '@kilde/trust'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export interface AllowanceOptions {
  readonly personPerMinute: number
  readonly nodePerHour: number
  readonly current: () => CatalogueState
}

/**
 * Lets people have a few numbers evaluated, and nodes of organisations that share data their patients'. A gateway has no allowance of
 * its own: without a signed-in requester it learns nothing of anybody.
 */
export type Allow = (caller: Caller, elements: number) => Promise<void>

/** @throws LocateError `EVALUATION_FORBIDDEN`, `EVALUATION_INPUT`, `EVALUATION_ALLOWANCE` by the function that it makes */
export function createAllowances(options: AllowanceOptions): Allow {
  const persons = new RateLimiterMemory({ points: options.personPerMinute, duration: 60 })
  const nodes = new RateLimiterMemory({ points: options.nodePerHour, duration: 3_600 })
  const shares = (number: string | undefined): boolean =>
    options
      .current()
      .organizations.some((one) => one.number === number && one.dataClasses.length > 0)
  return async (caller, elements) => {
    if (caller.kind !== 'system') {
      if (elements > MOST_OF_A_PERSON) throw new LocateError('EVALUATION_INPUT')
      return consume(persons, caller.subject, elements)
    }
    const { organization } = caller
    if (organization === undefined || !shares(organization))
      throw new LocateError('EVALUATION_FORBIDDEN')
    return consume(nodes, organization, elements)
  }
}

async function consume(limiter: RateLimiterMemory, key: string, points: number): Promise<void> {
  try {
    await limiter.consume(key, points)
  } catch (fault) {
    if (fault instanceof RateLimiterRes) throw new LocateError('EVALUATION_ALLOWANCE')
    throw fault
  }
}
