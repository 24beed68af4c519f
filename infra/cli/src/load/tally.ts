import type { Origin, Part, Unusable } from './part.js'
import type { EntryResult, Outcome } from './read-sent.js'

/** What was taken of everything that was given, and why the rest was not. */
export interface Summary {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** Patients, devices and the like: others referred to them, they are not kept. */
  readonly used: number
  readonly refused: number
  /** Most frequent first. */
  readonly reasons: readonly Reason[]
}

/** One reason, and how often it was given. */
export interface Reason {
  readonly count: number
  readonly text: string
  /** FHIRPath of the element below its entry. */
  readonly element?: string
  /** Where it was given first. */
  readonly first: Origin
}

/** Counts while it goes on. */
export interface Tally {
  note(part: Part, results: readonly EntryResult[]): void
  noteUnusable(unusable: Unusable): void
  /** Entries so far. */
  total(): number
  summary(): Summary
}

export function createTally(): Tally {
  const counts: Record<Outcome, number> = {
    created: 0,
    updated: 0,
    unchanged: 0,
    used: 0,
    refused: 0,
  }
  const reasons = new Map<string, Reason>()
  const noteReason = (reason: Omit<Reason, 'count'>): void => {
    // The same fault in another place of a list is the same reason.
    const element = reason.element?.replaceAll(/\[\d+\]/g, '')
    const key = JSON.stringify([element, reason.text])
    const known = reasons.get(key)
    const named = { ...reason, ...(element !== undefined && { element }) }
    reasons.set(key, known ? { ...known, count: known.count + 1 } : { ...named, count: 1 })
  }
  return {
    note({ origins }, results) {
      for (const [index, { outcome, faults }] of results.entries()) {
        const origin = origins[index]
        if (!origin || origin.again) continue
        counts[outcome] += 1
        if (outcome === 'refused')
          for (const fault of faults) noteReason({ ...fault, first: origin })
      }
    },
    noteUnusable({ origin, reason }) {
      counts.refused += 1
      noteReason({ text: reason, first: origin })
    },
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    summary: () => ({
      ...counts,
      reasons: [...reasons.values()].toSorted((a, b) => b.count - a.count),
    }),
  }
}
