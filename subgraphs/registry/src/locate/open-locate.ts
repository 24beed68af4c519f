import type { CatalogueState } from '@kilde/catalogue'
import type { Access } from '@kilde/feed'
import type { Logger } from '@kilde/service'
import type { FastifyInstance } from 'fastify'
import type { RegistryConfig } from '../settings.js'
import { createAllowances } from './allowances.js'
import { readKeys, writeKeys } from './key-file.js'
import { createKeyRing } from './key-ring.js'
import { addLocate } from './routes.js'
import { createTally } from './tally.js'

export interface LocateSurroundings {
  readonly access: Access
  readonly followerAccess: Access
  readonly current: () => CatalogueState
  readonly logger: Logger
  readonly now: () => number
}

const HOUR_MS = 3_600_000
const TURN_EVERY_MS = 60_000

/**
 * Adds the evaluator, where a key for it is set. Answers how to end it.
 * @throws RegistryError `LOCATE_KEYS_UNREADABLE`
 */
export async function openLocate(
  app: FastifyInstance,
  config: RegistryConfig,
  parts: LocateSurroundings,
): Promise<() => Promise<void>> {
  const { KILDE_LOCATE_KEY: key, KILDE_REGISTRY_DIRECTORY: directory } = config
  if (!key) return async () => {}
  const { logger, now, current } = parts
  const ring = createKeyRing({
    initial: await readKeys(directory, key),
    save: (keys) => writeKeys(directory, key, keys),
    epochMs: config.KILDE_LOCATE_EPOCH_HOURS * HOUR_MS,
    overlapMs: config.KILDE_LOCATE_OVERLAP_HOURS * HOUR_MS,
    now,
  })
  await ring.present()
  const tally = createTally(directory, logger, now)
  const allow = createAllowances({
    personPerMinute: config.KILDE_LOCATE_PERSON_PER_MINUTE,
    nodePerHour: config.KILDE_LOCATE_NODE_PER_HOUR,
    current,
  })
  addLocate(app, { ...parts, ring, allow, tally, key: config.KILDE_REGISTRY_KEY })
  // A key that has ended goes from the disk also when nobody asks.
  const turning = setInterval(() => {
    ring.present().catch(() => logger.warn({}, 'the keys of the evaluator cannot be turned'))
  }, TURN_EVERY_MS).unref()
  return async () => {
    clearInterval(turning)
    await tally.close()
  }
}
