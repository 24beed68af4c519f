import { type Calendar, createCalendar, later } from './calendar.js'
import type { Place } from './fhir/parties.js'
import { makeOrganizations } from './organizations/make-organizations.js'
import { type Shares, usualShares } from './shares.js'

/** What is to be made. The same request gives the same bytes on every machine. */
export interface PopulationRequest {
  /** 1 to {@link MOST_PEOPLE}. */
  readonly patients: number
  /** 1 to {@link MOST_ORGANIZATIONS}; the first six are those of the demo. */
  readonly organizations: number
  /** Days that are told of (1 to {@link MOST_DAYS}). */
  readonly days: number
  readonly seed: string
  /** The last of the days, an ISO date; a day in Norway. Default: {@link LAST_DAY}. */
  readonly until?: string
  readonly shares?: Partial<Shares>
}

/** A fixed day: today would be another tomorrow, and the bytes with it. */
export const LAST_DAY = '2026-10-31'
export const MOST_ORGANIZATIONS = 1_000
export const MOST_DAYS = 3_650

/** What all patients have in common. */
export interface World {
  readonly seed: string
  readonly days: number
  readonly calendar: Calendar
  readonly shares: Shares
  readonly places: readonly Place[]
  /** Who follows people at home. Never empty, as the others. */
  readonly municipalities: Choice
  /** Who does it for municipalities. */
  readonly suppliers: Choice
  readonly hospitals: Choice
  readonly practices: Choice
}

export type Choice = readonly [Place, ...Place[]]

export function createWorld(request: PopulationRequest): World {
  const { days, seed, until = LAST_DAY } = request
  const places = makeOrganizations(request.organizations)
  const of = (...kinds: readonly string[]): Choice => {
    const found = kinds.map((kind) =>
      places.filter(({ organization }) => organization.kind === kind),
    )
    // Where there are few organisations, one does the work of others.
    const [first, ...rest] = found.find((some) => some.length > 0) ?? places
    if (!first) throw new RangeError('there is no organisation')
    return [first, ...rest]
  }
  return {
    ...{ seed, days, places },
    calendar: createCalendar(noonAfter(until), days),
    shares: { ...usualShares, ...request.shares },
    municipalities: of('municipality'),
    suppliers: of('private', 'municipality'),
    hospitals: of('hospital'),
    practices: of('gp'),
  }
}

/** A calendar ends on the day before. */
const noonAfter = (date: string): Date => new Date(later(`${date}T12:00:00Z`, 1_440))
