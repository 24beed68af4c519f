import type { GatewayConfig } from '../config.js'
import { createPlaces } from '../live/places.js'
import { requesterKey } from '../requester-key.js'
import type { Authenticated } from './stage.js'

/**
 * Takes a place for a stream.
 * @returns what is to be called when the stream is over
 */
export function createOpenStream(
  config: Pick<GatewayConfig, 'KILDE_STREAMS' | 'KILDE_STREAMS_PER_REQUESTER'>,
): (request: Pick<Authenticated, 'requester'>) => () => void {
  const places = createPlaces({
    ofRequester: config.KILDE_STREAMS_PER_REQUESTER,
    ofAll: config.KILDE_STREAMS,
  })
  return ({ requester }) => places(requesterKey(requester))
}
