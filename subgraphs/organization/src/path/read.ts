import { OrganizationError } from '../errors.js'
import type { Source } from '../sources/source.js'
import type { Permitted, Read } from './stage.js'

const DEFAULT_DEADLINE_MS = 10_000

/**
 * Reads what was asked for, and of each row only the selected elements. Ends when the caller's time is over.
 * @throws OrganizationError `SOURCE_FAILED`
 */
export function createRead(source: Source): (request: Permitted) => Promise<Read> {
  return async (request) => {
    const { asked, deadlineMs = DEFAULT_DEADLINE_MS } = request.question
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), request.signal])
    try {
      const read = [...asked].map(
        async ([name, field]) => [name, await field.read(source, signal)] as const,
      )
      return { ...request, found: new Map(await Promise.all(read)) }
    } catch (cause) {
      throw new OrganizationError('SOURCE_FAILED', { cause })
    }
  }
}
