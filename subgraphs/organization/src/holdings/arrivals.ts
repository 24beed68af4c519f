import { identifierToken } from '@kilde/contract'
import type { Intake } from '../sources/intake.js'

/** Data of one class about one patient (`system|value`), on their way into the store. */
export interface Arrival {
  readonly dataClass: string
  readonly patient: string
}

interface Ticket {
  readonly arrivals: readonly Arrival[]
  isOver: boolean
}

/**
 * What is being taken in, or was since the list was read that the published filters are made of. As long as somebody of it is in
 * no filter, the filters of that class are not vouched for.
 */
export interface Arrivals {
  begin(arrivals: readonly Arrival[]): Ticket
  end(ticket: Ticket): void
  /** One list at a time is about to be read. Answers what to call when filters were published that are made of it, or could not be. */
  listing(): (isPublished: boolean) => void
  /** Classes of those who are in no published filter. */
  unknown(): ReadonlySet<string>
}

export function createArrivals(isPublished: (arrival: Arrival) => boolean): Arrivals {
  const tickets = new Set<Ticket>()
  let isListing = false
  const isKnown = ({ arrivals }: Ticket): boolean => arrivals.every(isPublished)
  return {
    begin(arrivals) {
      const ticket = { arrivals, isOver: false }
      tickets.add(ticket)
      return ticket
    },
    end(ticket) {
      ticket.isOver = true
      // A list that is being read may lack somebody whom the filters now published have.
      if (!isListing && isKnown(ticket)) tickets.delete(ticket)
    },
    listing() {
      isListing = true
      const settled = [...tickets].filter(({ isOver }) => isOver)
      return (isMade) => {
        isListing = false
        if (isMade) for (const ticket of settled) tickets.delete(ticket)
        for (const ticket of tickets) if (ticket.isOver && isKnown(ticket)) tickets.delete(ticket)
      }
    },
    unknown() {
      const arrivals = [...tickets].flatMap((ticket) => ticket.arrivals)
      return new Set(
        arrivals.filter((arrival) => !isPublished(arrival)).map(({ dataClass }) => dataClass),
      )
    },
  }
}

/** Of whom something is to be taken in, by class, each once. */
export function arrivalsOf(
  ...[changes, _allOrNothing, names = [], resources = []]: Parameters<Intake['take']>
): readonly Arrival[] {
  const all = [
    ...changes.map(({ patient }) => ({ dataClass: 'Observation', patient })),
    ...names.map(({ patient }) => ({ dataClass: 'Patient', patient })),
    ...resources.map((resource) => ({ dataClass: resource.class, patient: resource.patient })),
  ].map(({ dataClass, patient }) => ({ dataClass, patient: identifierToken(patient) }))
  const each = new Map(all.map((arrival) => [`${arrival.dataClass} ${arrival.patient}`, arrival]))
  return [...each.values()]
}
