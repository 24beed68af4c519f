import { z } from 'zod'

/** How a source is asked beside those that answer; docs/shadow.md tells each. */
export const shadowSettings = z.strictObject({
  /** Of all questions so many are asked: 1 all of them, 0.1 every tenth. */
  share: z.number().gt(0).max(1).default(1),
  /** Most questions under way; those that come meanwhile are skipped. */
  atOnce: z.number().int().min(1).max(20).default(2),
  /** Whole time of one question (milliseconds). */
  timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
  /** Most rows of each kind that one line of the log names. */
  rows: z.number().int().min(0).max(1_000).default(20),
  /** Whether the log also gets what the two said: health data. */
  values: z.boolean().default(false),
  /** How often it is told what came of all questions (milliseconds). */
  summaryMs: z.number().int().min(1_000).max(86_400_000).default(3_600_000),
})

export type ShadowSettings = z.infer<typeof shadowSettings>
