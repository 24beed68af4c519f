import type { TokenClient } from '@kilde/trust'
import { Bulkhead } from './bulkhead.js'
import { Ending, type EndSignal } from './ending.js'

type Exchanges = Pick<TokenClient, 'exchange'>

/** Exchanges at the identity service at once. More would only wait there, each with its own time running. */
const AT_ONCE = 32
/** Far more than the sources of the largest network; what is beyond is refused. */
const MOST_WAITING = 20_000

/**
 * Lets so many tokens be exchanged at a time, first come, first served: a requester's first question to a thousand sources
 * must neither flood the identity service nor lose tokens to deadlines that ran out in its queue.
 */
export function exchangeInTurns(tokens: Exchanges, atOnce = AT_ONCE): Exchanges {
  const places = new Bulkhead({ maxInFlight: atOnce, maxQueued: MOST_WAITING })
  const never = new Ending()
  return {
    async exchange(request) {
      const end: EndSignal = request.signal ?? never
      const waiting = places.enter(end)
      if (waiting) await waiting
      try {
        return await tokens.exchange(request)
      } finally {
        places.leave()
      }
    },
  }
}
