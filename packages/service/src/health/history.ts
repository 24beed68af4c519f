import type { HealthCode } from './codes.js'
import type { PartHealth } from './part.js'

/** A part as the health page shows it. */
export interface PartState {
  readonly name: string
  readonly state: 'OK' | 'WARNING' | 'BROKEN'
  /** Since when it is as it is (ISO 8601). */
  readonly since: string
  readonly code?: HealthCode
  readonly note?: string
  /** When it was last not well, and why. */
  readonly lastFault?: { readonly code: HealthCode; readonly at: string }
}

/** How parts fared. */
export interface History {
  /** Looks at all of them now. */
  look(): readonly PartState[]
}

export function createHistory(health: () => readonly PartHealth[], now: () => number): History {
  let known = new Map<string, PartState>()
  return {
    look() {
      const at = new Date(now()).toISOString()
      // Parts that are there no more are forgotten: organisations leave.
      known = new Map(health().map((part) => [part.name, next(part, known.get(part.name), at)]))
      return [...known.values()]
    },
  }
}

function next(part: PartHealth, before: PartState | undefined, at: string): PartState {
  const { name, ok, code, note, warning } = part
  const state = ok ? 'OK' : warning ? 'WARNING' : 'BROKEN'
  const isSame = before?.state === state && before.code === (ok ? undefined : code)
  const lastFault = ok ? before?.lastFault : { code, at }
  return {
    name,
    state,
    since: isSame ? before.since : at,
    ...(!ok && { code }),
    ...(note !== undefined && { note }),
    ...(lastFault && { lastFault }),
  }
}
