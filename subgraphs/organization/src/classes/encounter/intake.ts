import type { Encounter } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf } from '../take.js'
import { isSupervision, modeOf } from './codes.js'
import type { EncounterElements } from './elements.js'
import { visitAt } from './times.js'

/** Digital supervision. What came of an appointment is taken by appointments; other encounters by nobody. */
export const supervisionIntake: ClassIntake = {
  types: ['Encounter'],
  many: {
    type: 'Encounter',
    timeOf: (resource) => visitAt(resource as EncounterElements)?.startMs,
  },
  open: (bundle) => (entry, at) => claim(entry.resource as Encounter, bundle, at),
}

function claim(encounter: Encounter, { neighbours }: OpenBundle, at: string): Claim {
  if (!isSupervision(encounter as EncounterElements)) return { takes: false, why: NONE(at) }
  const { serviceProvider, participant = [], text: _text, ...kept } = encounter
  const performers = participant.flatMap(({ individual }) => individual ?? [])
  return claimOf({
    issues: check(encounter, at),
    subject: subjectOf(encounter, neighbours, at),
    authors: serviceProvider ? [serviceProvider, ...performers] : performers,
    keep: { ...kept, participant, ...(serviceProvider && { serviceProvider }) },
  })
}

const NONE = (at: string): Issue =>
  fault(at, 'is taken only where it is digital supervision, by VKP’s codes', 'not-supported')

function check(encounter: Encounter, at: string): readonly Issue[] {
  const { status, period } = encounter
  return [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...checkPeriod(period, at),
    ...(visitAt(encounter as EncounterElements)
      ? []
      : [warning(at, 'says no time: ordered by when it was received')]),
    ...(modeOf(encounter as EncounterElements) === 'OTHER_REMOTE'
      ? [warning(`${at}.participant`, 'does not tell one mode of supervision: shown as another')]
      : []),
  ]
}

function checkPeriod({ start, end }: NonNullable<Encounter['period']> = {}, at: string) {
  const from = start === undefined ? undefined : effectiveOf({ effectiveDateTime: start })
  const until = end === undefined ? undefined : endOf(end)
  if (start !== undefined && !from)
    return [fault(`${at}.period.start`, 'no time can be read', 'value')]
  if (end !== undefined && until === undefined)
    return [fault(`${at}.period.end`, 'no time can be read', 'value')]
  return from && until !== undefined && Date.parse(until) < from.startMs
    ? [fault(`${at}.period.end`, 'is before the start', 'invariant')]
    : []
}
