import type { MeasurementKind } from '@kilde/contract'
import type { ConditionKey } from './conditions/condition.js'
import type { Course } from './course/timeline.js'
import type { PatientRecord } from './generate-patient.js'
import { noIncidents } from './record/entry.js'
import type { World } from './world.js'

type Counts<Key extends string = string> = Partial<Record<Key, number>>

/** What a population holds. Every figure can be counted again in the files. */
export interface Statistics {
  patients: number
  readonly conditions: Counts<ConditionKey>
  readonly courses: Counts<Course>
  /** What happened to patients within the time that is told of. */
  readonly events: Counts<Event>
  /** Rows that a load makes: lines without later versions. */
  observations: number
  /** Of the rows. */
  readonly byKind: Counts<MeasurementKind>
  /** Of the rows: with the identifier of another organisation's. */
  copies: number
  /** Of the rows: the same again without identifier. */
  duplicates: number
  /** Later versions, besides the rows. */
  corrections: number
  withdrawals: number
  readonly incidents: ReturnType<typeof noIncidents>
  /** Blocks, as FHIR Consents for the privacy service; at most one of a patient. */
  blocks: number
  /** By organisation number. */
  readonly organizations: Record<string, OrganizationStatistics>
}

export type Event = 'moves' | 'deviceChanges' | 'admissions' | 'hospitalAtHome' | 'deaths'

export interface OrganizationStatistics {
  readonly name: string
  patients: number
  observations: number
  /** Lines of its files, later versions among them. */
  lines: number
}

export interface Tally {
  add(record: PatientRecord): void
  readonly statistics: Statistics
}

export function createTally({ places, days }: World): Tally {
  const statistics: Statistics = {
    ...{ patients: 0, observations: 0, copies: 0, duplicates: 0, corrections: 0, withdrawals: 0 },
    blocks: 0,
    ...{ conditions: {}, courses: {}, events: {}, byKind: {} },
    incidents: noIncidents(),
    organizations: Object.fromEntries(
      places.map(({ organization: { number, name } }) => [
        number,
        { name, patients: 0, observations: 0, lines: 0 },
      ]),
    ),
  }
  return {
    statistics,
    add(record) {
      addPatient(statistics, record, days)
      addEntries(statistics, record)
    },
  }
}

function addPatient(statistics: Statistics, { patient, incidents }: PatientRecord, days: number) {
  const { condition, timeline, movedOn, devices } = patient
  statistics.patients += 1
  count(statistics.conditions, condition)
  count(statistics.courses, timeline.course)
  const { events } = statistics
  if (movedOn !== undefined) count(events, 'moves')
  if (devices.change) count(events, 'deviceChanges')
  for (const { care, start, ramp, fatal, stay } of timeline.episodes) {
    if (start + ramp > days) continue
    if (care === 'WARD') count(events, 'admissions')
    if (care === 'HOSPITAL_AT_HOME') count(events, 'hospitalAtHome')
    if (fatal && start + ramp + stay <= days) count(events, 'deaths')
  }
  for (const [name, number] of Object.entries(incidents)) {
    statistics.incidents[name as keyof typeof incidents] += number
  }
}

function addEntries(statistics: Statistics, { entries }: PatientRecord): void {
  const holders = new Set<string>()
  for (const { place, kind, what } of entries) {
    const { number } = place.organization
    const organization = statistics.organizations[number]
    if (!organization) throw new RangeError('an entry of no organisation')
    if (!holders.has(number)) organization.patients += 1
    holders.add(number)
    organization.lines += 1
    if (what === 'CORRECTION') statistics.corrections += 1
    else if (what === 'WITHDRAWAL') statistics.withdrawals += 1
    else {
      organization.observations += 1
      statistics.observations += 1
      count(statistics.byKind, kind)
      if (what === 'COPY') statistics.copies += 1
      if (what === 'DUPLICATE') statistics.duplicates += 1
    }
  }
}

function count<Key extends string>(counts: Counts<Key>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1
}
