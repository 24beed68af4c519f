import type { Logger } from '@kilde/service'
import type { Distribution } from './distribution.js'

/** Confirms to all nodes, again and again, that what they hold still holds. Answers how to end it. */
export function startHeartbeat(
  distribution: Pick<Distribution, 'confirm'>,
  everyMs: number,
  logger: Logger,
): () => void {
  const beat = (): void => {
    distribution.confirm().catch((error: unknown) => {
      logger.error({ fault: String(error) }, 'nodes could not be told that their settings hold')
    })
  }
  const timer = setInterval(beat, everyMs)
  return () => clearInterval(timer)
}
