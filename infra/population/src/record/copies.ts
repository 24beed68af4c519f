import type { Observation } from 'fhir/r4.js'
import type { Calendar } from '../calendar.js'
import { endOfStay, worstDay } from '../course/timeline.js'
import type { Place } from '../fhir/parties.js'
import type { Patient } from '../people/patient.js'
import type { Random } from '../random.js'
import type { Shares } from '../shares.js'
import type { Entry, Incidents } from './entry.js'

const DAY_MS = 86_400_000

interface HandOver {
  readonly from: Place
  readonly to: Place
  readonly atMs: number
  /** So many days back (whole days). */
  readonly days: number
}

/** What one organisation sends another when a patient moves, is admitted or comes home. */
export function copiesOf(
  entries: readonly Entry[],
  patient: Patient,
  calendar: Calendar,
  random: Random,
  shares: Shares,
  incidents: Incidents,
): readonly Entry[] {
  const given = new Set<string>()
  return handOvers(patient, calendar, random, shares).flatMap((handOver) => {
    const meant = entries.filter((entry) => isMeant(entry, handOver))
    const copies = meant.flatMap((entry) => {
      const key = `${handOver.to.organization.number} ${entry.observation.id}`
      if (given.has(key)) return []
      given.add(key)
      return [copyOf(entry, handOver)]
    })
    if (copies.length > 0) incidents.handOvers += 1
    return copies
  })
}

function handOvers(
  patient: Patient,
  calendar: Calendar,
  random: Random,
  shares: Shares,
): readonly HandOver[] {
  const { movedOn, timeline } = patient
  const home = (day: number): Place => patient.placeOn(day, 'HOME')
  const at = (day: number, hour: number): number => Date.parse(calendar.at(day, hour, 5))
  const moves: readonly HandOver[] =
    movedOn === undefined
      ? []
      : [{ from: home(movedOn - 1), to: home(movedOn), atMs: at(movedOn, 10), days: 30 }]
  const stays = timeline.episodes
    .filter((one) => one.care !== 'HOME' && worstDay(one) <= calendar.days)
    .flatMap((one) => {
      const [first, after] = [worstDay(one), endOfStay(one)]
      const hospital = patient.placeOn(first, 'HOSPITAL')
      const referral = random.chance(shares.handOvers)
      const discharge = random.chance(shares.handOvers) && !one.fatal && after <= calendar.days
      return [
        ...(referral ? [{ from: home(first), to: hospital, atMs: at(first, 12), days: 14 }] : []),
        ...(discharge ? [{ from: hospital, to: home(after), atMs: at(after, 15), days: 2 }] : []),
      ]
    })
  return [...moves, ...stays].filter(({ from, to }) => from !== to)
}

/** What the sender has by then, of its own, with an identifier that travels with it. */
function isMeant(entry: Entry, { from, atMs, days }: HandOver): boolean {
  return (
    entry.place === from &&
    entry.what === 'ORIGINAL' &&
    entry.observation.identifier !== undefined &&
    entry.arrivedMs < atMs &&
    entry.measuredMs >= atMs - days * DAY_MS
  )
}

/** Same identifier, version, performer and content; the row's own id is the receiver's. */
function copyOf(entry: Entry, { to, atMs }: HandOver): Entry {
  const observation = { ...entry.observation, id: `copy-${entry.observation.id ?? ''}` }
  return { ...entry, place: to, observation, what: 'COPY', arrivedMs: atMs }
}

/** The same measurement again, without identifier: written down elsewhere, or sent twice. */
export function duplicatesOf(
  entries: readonly Entry[],
  random: Random,
  shares: Shares,
): readonly Entry[] {
  const again = entries.filter(() => random.chance(shares.sentTwice)).map(sentAgain)
  return [...again, ...writtenDown(entries, random, shares)]
}

const sentAgain = (entry: Entry): Entry =>
  duplicate(entry, entry.place, `again-${entry.observation.id ?? ''}`, entry.arrivedMs + 60_000)

/** At a consultation the GP writes down what was measured at home last. */
function writtenDown(entries: readonly Entry[], random: Random, shares: Shares): readonly Entry[] {
  const seen = new Set<number>()
  return entries.flatMap((entry, index) => {
    const isConsultation = entry.author === 'staff' && entry.place.organization.kind === 'gp'
    const day = Math.floor(entry.measuredMs / DAY_MS)
    if (!isConsultation || seen.has(day)) return []
    seen.add(day)
    const last = entries.slice(0, index).findLast((one) => isFromHome(one, entry))
    if (!last || !random.chance(shares.writtenDown)) return []
    const id = `noted-${last.observation.id ?? ''}`
    return [duplicate(last, entry.place, id, entry.arrivedMs + 120_000)]
  })
}

const isFromHome = (one: Entry, { place, arrivedMs }: Entry): boolean =>
  one.author === 'patient' && one.place !== place && one.arrivedMs < arrivedMs

function duplicate(entry: Entry, place: Place, id: string, arrivedMs: number): Entry {
  const { identifier: _identifier, ...rest } = entry.observation
  const observation: Observation = { ...rest, id }
  return { ...entry, place, observation, what: 'DUPLICATE', arrivedMs }
}
