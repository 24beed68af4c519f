import type { PrivacyView } from './types.js'

/** Clocks of two machines may differ by this much before base data "from the future" are not believed (milliseconds). */
const CLOCK_TOLERANCE_MS = 60_000
/** Persontjenesten tells changes of addresses as events: a copy that nobody has renewed for a day has missed some. */
const MOST_AGE_MS = 24 * 60 * 60_000

/**
 * Whether base data are too old to say that an address is open. A date of birth does not age.
 * @param asOfMs instant that they are as of (epoch milliseconds); undefined: not known, so they are
 */
export const isOldBaseData = (asOfMs: number | undefined, nowMs: number): boolean =>
  asOfMs === undefined || asOfMs > nowMs + CLOCK_TOLERANCE_MS || nowMs - asOfMs > MOST_AGE_MS

/**
 * Whether the patient's address is, or may be, confidential. Base data that do not know the patient have not said that it is
 * open, and unclear means deny (Normen, fact sheet 55).
 */
export const mayBeConfidential = (view: PrivacyView | 'UNKNOWN'): boolean =>
  view === 'UNKNOWN' || view.person?.addressConfidential !== false
