import type { AccessLogSource } from '../access-log/access-log.js'
import { withAccessLog } from '../access-log/sources.js'
import { OrganizationError } from '../errors.js'
import { createRead } from '../path/read.js'
import type { Asked, Permitted, Read } from '../path/stage.js'
import type { Sources } from '../question/fields/field.js'
import type { Source } from '../sources/source.js'
import type { LivePlaces } from './places.js'
import type { Listening, Wakes } from './wakes.js'
import { createWindow } from './windowed.js'

/** One stream, open for one question. */
export interface OpenStream extends Pick<Listening, 'wait'> {
  /** Reads the next page of what is new up to now. */
  read(request: Permitted): Promise<Read>
  /** Turns to what was taken in since; answers the place up to which all will have been told. */
  turn(): string
  /** Whether there is another page of it. */
  turnPage(): boolean
  /** When its ground ends (epoch milliseconds). */
  readonly endsAtMs: number
  leave(): void
}

export interface OpenStreamParts {
  readonly organization: string
  readonly source: Source
  readonly accessLog: AccessLogSource
  readonly wakes: Wakes
  readonly places: LivePlaces
  readonly now: () => number
}

/** What was written within so long may not have been visible when it was read. */
const OVERLAP_MS = 10_000
/** How far back a stream goes on (milliseconds). */
const MOST_BACK_MS = 24 * 3_600_000
const ATTEST_MS = 60 * 60_000

/** @throws OrganizationError `LIVE_NOT_OFFERED`, `LIVE_CURSOR_INVALID`, `LIVE_FULL` */
export function createOpenStream(parts: OpenStreamParts): (request: Asked) => OpenStream {
  const { organization, source, accessLog, wakes, places, now } = parts
  return (request) => {
    if (!source.tellsNew) throw new OrganizationError('LIVE_NOT_OFFERED')
    const { caller, question } = request
    const fromMs = startOf(question.live?.after, now())
    const leave = places.enter(`${caller.clientId} ${caller.subject}`)
    const listening = wakes.listen(question.patient)
    const all: Sources = withAccessLog(source, accessLog)
    const window = createWindow({ source: all, fromMs, overlapMs: OVERLAP_MS })
    const attestedAtMs = caller.kind === 'professional' ? caller.attest.attestedAtMs : undefined
    return {
      read: createRead(window.source, organization),
      turn() {
        const untilMs = now()
        window.turnTo(untilMs)
        return String(untilMs)
      },
      turnPage: () => window.turnPage(),
      wait: (ms, signal) => listening.wait(ms, signal),
      endsAtMs: Math.min(caller.expiresAtMs, (attestedAtMs ?? Number.MAX_SAFE_INTEGER) + ATTEST_MS),
      leave() {
        leave()
        listening.leave()
      },
    }
  }
}

/** What was taken in while a stream was being taken up again is told once more, rather than not at all. */
function startOf(after: string | undefined, nowMs: number): number {
  if (after === undefined) return nowMs
  const atMs = /^\d{1,15}$/.test(after) ? Number(after) : Number.NaN
  if (!(atMs <= nowMs && atMs >= nowMs - MOST_BACK_MS))
    throw new OrganizationError('LIVE_CURSOR_INVALID')
  return atMs - OVERLAP_MS
}
