/** What a change goes through until the gateway goes by it, by the defaults of the settings. */
const SOON_MS = 1_000
const REFRESH_MS = 60_000
/** A word that names a newer filter has it fetched; the next word does where that failed. */
const FETCH_MS = 5_000

export interface Staleness {
  readonly events: number
  /**
   * Milliseconds from a patient's first row to a filter at the gateway that does not rule the patient out. Of those of whom the node
   * knows, it is asked meanwhile; of the others the row is missed for so long.
   */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  /** Patients still missing after the next whole list. */
  readonly missedForGood: number
}

/**
 * A model, not a measurement: so many patients who are new, some of whose rows came into the store past the node. Who is missed is found with the next
 * whole list; none is missed for good, because nothing but whole lists is ever published.
 */
export function modelStaleness(events: number, lostShare: number): Staleness {
  const random = seeded(20_261_122)
  const delays = Array.from({ length: events }, () => {
    const built = random() < lostShare ? random() * REFRESH_MS : SOON_MS
    return built + random() * FETCH_MS
  }).sort((one, other) => one - other)
  const at = (share: number): number => Math.round(delays[Math.floor(share * (events - 1))] ?? 0)
  return { events, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), missedForGood: 0 }
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
