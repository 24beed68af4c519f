import { type Follower, locateProviders } from '@kilde/catalogue'
import { DATA_CLASS } from './data-class.js'
import type { Fetch, Located } from './stage.js'

/**
 * Which organisations hold data that this requester's organisation may ask for: those with a valid agreement for the class
 * and purpose; for a citizen, all that serve citizens. There is no index of patients (design.md §4, locate).
 */
export function createLocate(
  follower: Pick<Follower, 'current'>,
  now: () => number,
): (fetch: Fetch) => Located {
  return (fetch) => {
    const { state, confirmedAtMs, stale } = follower.current()
    const { requester } = fetch.asked
    const providers = locateProviders(state, {
      consumer: requester.kind === 'citizen' ? 'citizen' : requester.organization,
      dataClass: DATA_CLASS,
      purpose: requester.purpose,
      at: now(),
    })
    return { providers, confirmedAtMs, stale }
  }
}
