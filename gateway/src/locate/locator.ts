import type { LocatedProvider } from '@kilde/catalogue'
import type { Fetch } from '../path/stage.js'

/** What is known of one organisation for one class of data and one patient. */
export type Presence =
  /** It has to be asked. `note`: what it might have been spared for was too old, or could not be looked up. */
  | { readonly is: 'TO_ASK'; readonly note?: 'INDEX_STALE' | 'INDEX_UNAVAILABLE' }
  /** The organisation itself says that at this instant (epoch milliseconds) it held nothing. */
  | { readonly is: 'HELD_NOTHING'; readonly asOfMs: number }

export interface LocateQuestion {
  readonly asked: Fetch['asked']
  /** Who may be asked, for each class of data that is wanted. */
  readonly candidates: ReadonlyMap<string, readonly LocatedProvider[]>
}

/** What was found out: for each organisation, of each class it is a candidate for. */
export type Presences = (organization: string, dataClass: string) => Presence

/**
 * Finds out who has to be asked. One interface for all ways of it; each keeps to this (test/e2e/locate/conformance.test.ts):
 * whoever may hold something is asked; only what the organisation itself has said spares it; a failure spares nobody; never
 * rejects.
 */
export interface Locator {
  locate(question: LocateQuestion): Promise<Presences>
}

export const TO_ASK: Presence = { is: 'TO_ASK' }

/** Everybody who may be asked is asked: the agreements are the only register. */
export const agreementSet: Locator = { locate: async () => () => TO_ASK }
