import { type CatalogueState, streamEvents } from '@kilde/catalogue'
import type { Followers } from '@kilde/feed'
import type { Logger } from '@kilde/service'
import type { Bulletin } from './bulletin.js'

export interface HeartbeatOptions {
  readonly bulletin: Bulletin
  readonly followers: Followers
  readonly current: () => CatalogueState
  readonly everyMs: number
  readonly logger: Logger
}

/** Confirms the state to all followers, again and again, until it is ended. Answers how to end it. */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const timer = setInterval(() => void beat(options), options.everyMs)
  return () => clearInterval(timer)
}

async function beat({ bulletin, followers, current, logger }: HeartbeatOptions): Promise<void> {
  try {
    const notice = await bulletin.confirmation()
    // While it was being signed a newer state may have gone out, which brings its own confirmation.
    if (notice.version === current().version)
      followers.broadcast(streamEvents.confirmation, notice.jws)
  } catch (error) {
    logger.error({ fault: String(error) }, 'the state could not be confirmed')
  }
}
