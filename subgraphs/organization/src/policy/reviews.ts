import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from '@kilde/service'
import { z } from 'zod'
import type { PolicyTables } from './tables.js'

const at = z.iso.datetime()

const verdict = z.enum(['JUSTIFIED', 'NOT_JUSTIFIED'])

/** @throws ZodError for another word */
export const verdictOf = (text: unknown): Verdict => verdict.parse(text)

const line = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('OPENED'),
    id: z.uuid(),
    /** Keyed digest of who broke the glass for whom: no identifier of anybody. */
    who: z.string().length(43),
    /** `requestId` of the access in the organisation's log, which says who, whom and why. */
    requestId: z.string().min(1).max(500),
    at,
    until: at,
    /** The patient's settings were not known: reviewed first. */
    blocksUnknown: z.boolean(),
  }),
  z.strictObject({
    event: z.literal('REVIEWED'),
    id: z.uuid(),
    at,
    /** Who reviewed: a name or HPR number, no person number. */
    by: z.string().min(1).max(200),
    verdict,
  }),
])
type Line = z.infer<typeof line>

export type Opened = Extract<Line, { event: 'OPENED' }>
export type Verdict = Extract<Line, { event: 'REVIEWED' }>['verdict']

/** One break-glass and what became of its review. */
export interface Review extends Opened {
  readonly reviewed?: { readonly at: string; readonly by: string; readonly verdict: Verdict }
}

/**
 * Break-glass accesses that the organisation has to review: a file of its own beside the access log, appended to and never
 * changed. Several processes may write it: the node opens, an operator reviews.
 */
export interface ReviewList {
  /** Durable before it returns. @throws Node errors: then nothing was opened */
  add(opened: Omit<Opened, 'event' | 'id'>): Promise<void>
  /** @throws RangeError for an id that is not in the list */
  review(id: string, verdict: Verdict, by: string, nowMs: number): Promise<void>
  /** Not yet reviewed first, of these those with unknown blocks first; then the oldest. */
  all(): Promise<readonly Review[]>
}

export function openReviews(file: string): ReviewList {
  const append = async (entry: Line): Promise<void> => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a', 0o600)
    try {
      // A line of its own, also after a line that was cut off by a crash.
      await handle.appendFile(`\n${JSON.stringify(line.parse(entry))}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  const all = async (): Promise<readonly Review[]> => collect(await readLines(file))
  return {
    add: (opened) => append({ event: 'OPENED', id: randomUUID(), ...opened }),
    async review(id, verdict, by, nowMs) {
      if (!(await all()).some((one) => one.id === id)) throw new RangeError('no such break-glass')
      await append({ event: 'REVIEWED', id, verdict, by, at: new Date(nowMs).toISOString() })
    },
    all,
  }
}

async function readLines(file: string): Promise<readonly Line[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((one) => {
    const read = line.safeParse(parse(one))
    return read.success ? [read.data] : []
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function collect(lines: readonly Line[]): readonly Review[] {
  const reviews = new Map<string, Review>()
  for (const one of lines) {
    const before = reviews.get(one.id)
    if (one.event === 'OPENED') reviews.set(one.id, one)
    else if (before) {
      const { at: when, by, verdict } = one
      reviews.set(one.id, { ...before, reviewed: { at: when, by, verdict } })
    }
  }
  return [...reviews.values()].sort((a, b) => urgency(b) - urgency(a) || (a.at < b.at ? -1 : 1))
}

const urgency = ({ reviewed, blocksUnknown }: Review): number =>
  (reviewed ? 0 : 2) + (blocksUnknown ? 1 : 0)

/** Not reviewed in time. */
export const overdue = (
  reviews: readonly Review[],
  reviewDays: number,
  nowMs: number,
): readonly Review[] =>
  reviews.filter((one) => !one.reviewed && Date.parse(one.at) + reviewDays * 86_400_000 < nowMs)

/** Where the list of one organisation is, beside its access log. */
export const reviewsFile = (directory: string, organization: string): string =>
  join(directory, 'break-glass', `${organization}.jsonl`)

export interface ReviewWatch {
  readonly reviews: ReviewList
  readonly organization: string
  readonly tables: () => PolicyTables
  readonly logger: Logger
  readonly now: () => number
}

const HOUR_MS = 3_600_000

/** Sounds the alarm at start and every hour while a break-glass is not reviewed in time. Answers how to end that. */
export async function watchReviews(watch: ReviewWatch): Promise<() => Promise<void>> {
  const { reviews, organization, tables, logger, now } = watch
  const look = async (): Promise<void> => {
    const late = overdue(await reviews.all(), tables().breakGlass.reviewDays, now())
    if (late.length === 0) return
    const detail = late.map(({ id, at: opened }) => ({ id, opened }))
    logger.error({ code: 'BREAK_GLASS_REVIEW_OVERDUE', organization, detail }, 'review is overdue')
  }
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) =>
      logger.error({ organization, fault: String(error) }, 'break-glass list cannot be read'),
    )
  }, HOUR_MS)
  timer.unref()
  return async () => clearInterval(timer)
}
