import { checks, setting } from '@kilde/service'

/** Settings of streams: answers that come source by source (docs/live-updates.md). */
export const streamSettings = {
  KILDE_STREAMS: setting(
    checks.bytes(1_000, 0, 100_000),
    'Most streams that are open at a time, in one process (0 to 100,000).',
  ),
  KILDE_STREAMS_PER_REQUESTER: setting(
    checks.bytes(10, 0, 10_000),
    'Most streams of one requester at a time, in one process (0 to 10,000).',
  ),
  KILDE_STREAM_PARTS: setting(
    checks.bytes(20, 0, 1_000),
    'Most parts of an answer that are sent ahead of the whole (0 to 1,000). What comes after them comes with the whole.',
  ),
  KILDE_STREAM_SLOW_MS: setting(
    checks.milliseconds(30_000, 1_000, 300_000),
    'Whole time for a client to take one event (milliseconds, 1,000 to 300,000). Then its stream is cut.',
  ),
} as const
