import { createHmac } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Professional } from '@kilde/trust'
import { LRUCache } from 'lru-cache'
import type { ReviewList } from './reviews.js'
import type { PolicyTables } from './tables.js'

/** How far one person's break-glass on one patient is. */
export interface GlassState {
  /** The ordinary question came a short while ago, or the glass is broken already. */
  readonly firstStep: boolean
  /** It was broken, and its time is up: it begins anew with an ordinary question. */
  readonly over: boolean
}

/**
 * Break-glass at one organisation: two steps (an ordinary question, then one for the purpose BTG), one person, one patient, a
 * few hours. What is kept names nobody: keyed digests.
 */
export interface BreakGlass {
  noteFirstStep(caller: Professional, patient: PatientIdentifier): void
  stateOf(caller: Professional, patient: PatientIdentifier): GlassState
  /** Puts it on the list for review before anything is read. @throws where the list cannot be written: then nothing opens */
  open(caller: Professional, patient: PatientIdentifier, access: GlassAccess): Promise<void>
}

export interface GlassAccess {
  readonly requestId: string
  readonly blocksUnknown: boolean
}

export interface BreakGlassOptions {
  readonly key: Uint8Array
  readonly reviews: ReviewList
  readonly tables: () => PolicyTables
  readonly now: () => number
}

const NOTHING: GlassState = { firstStep: false, over: false }

/** Reads what is still open, so that a restart neither prolongs nor ends a break-glass. */
export async function createBreakGlass(options: BreakGlassOptions): Promise<BreakGlass> {
  const { reviews, now, tables } = options
  const firstSteps = new LRUCache<string, number>({ max: 10_000 })
  const ends = new Map<string, number>()
  for (const { who, until } of await reviews.all()) keepLatest(ends, who, Date.parse(until))
  const who = createWho(options.key)

  const stateOf = (key: string): GlassState => {
    const end = ends.get(key)
    if (end !== undefined && now() < end) return { firstStep: true, over: false }
    const first = firstSteps.get(key) ?? 0
    const fresh = now() - first < tables().breakGlass.firstStepMinutes * 60_000
    if (fresh && first >= (end ?? 0)) return { firstStep: true, over: false }
    return end === undefined ? NOTHING : { firstStep: false, over: true }
  }
  return {
    noteFirstStep: (caller, patient) => void firstSteps.set(who(caller, patient), now()),
    stateOf: (caller, patient) => stateOf(who(caller, patient)),
    async open(caller, patient, { requestId, blocksUnknown }) {
      const key = who(caller, patient)
      if (now() < (ends.get(key) ?? 0)) return
      const [at, until] = [now(), now() + tables().breakGlass.hours * 3_600_000]
      await reviews.add({
        who: key,
        requestId,
        at: new Date(at).toISOString(),
        until: new Date(until).toISOString(),
        blocksUnknown,
      })
      ends.set(key, until)
    },
  }
}

function keepLatest(ends: Map<string, number>, key: string, end: number): void {
  ends.set(key, Math.max(end, ends.get(key) ?? 0))
}

/** A person acts for an organisation: the same person elsewhere is another requester. */
const createWho =
  (key: Uint8Array) =>
  ({ pid, organization }: Professional, patient: PatientIdentifier): string =>
    createHmac('sha256', key)
      .update(`break-glass ${organization} ${pid} ${identifierToken(patient)}`)
      .digest('base64url')
