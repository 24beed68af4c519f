import { setting } from '@kilde/service'
import { z } from 'zod'

const secretKey = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')
const hours = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback)

/** Settings of the evaluator of the locator. */
export const locateSettings = {
  KILDE_LOCATE_KEY: setting(
    secretKey.optional(),
    'Seals the evaluator’s keys on disk: 32 bytes, base64url. With it the registry evaluates for the locator (docs/locate.md); whoever runs it must run no gateway. Secret.',
  ),
  KILDE_LOCATE_EPOCH_HOURS: setting(
    hours(168, 1, 8_760),
    'How long filters are built under one key (hours, 1 to 8,760).',
  ),
  KILDE_LOCATE_OVERLAP_HOURS: setting(
    hours(24, 1, 8_760),
    'How long the key before is kept for filters that are not built anew yet (hours). Then it is deleted, and filters under it are of no use to anybody.',
  ),
  KILDE_LOCATE_PERSON_PER_MINUTE: setting(
    z.coerce.number().int().min(1).max(10_000).default(60),
    'Numbers that one requester may have evaluated in a minute (1 to 10,000): what a gateway that was broken into can learn with that requester’s token.',
  ),
  KILDE_LOCATE_NODE_PER_HOUR: setting(
    z.coerce.number().int().min(64).max(10_000_000).default(50_000),
    'Numbers that one organisation’s nodes may have evaluated in an hour (64 to 10,000,000): more than its patients, for the day on which a new key begins.',
  ),
} as const

/** Settings that do not go together. */
export function locateProblems(config: {
  readonly KILDE_LOCATE_EPOCH_HOURS: number
  readonly KILDE_LOCATE_OVERLAP_HOURS: number
}): readonly string[] {
  return config.KILDE_LOCATE_OVERLAP_HOURS > config.KILDE_LOCATE_EPOCH_HOURS
    ? ['KILDE_LOCATE_OVERLAP_HOURS: is longer than KILDE_LOCATE_EPOCH_HOURS: three keys would hold']
    : []
}
