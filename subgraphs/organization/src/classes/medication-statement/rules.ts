import type { MedicationRequest, MedicationStatement } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import { type EntryElements, readMedication } from './elements.js'
import { heldSince } from './times.js'

/** What FHIR R4 demands and its JSON schema cannot say, and what is odd. */
export function checkEntry(
  entry: MedicationStatement | MedicationRequest,
  at: string,
): readonly Issue[] {
  const elements = entry as unknown as EntryElements
  const isRequest = entry.resourceType === 'MedicationRequest'
  return [
    // The schema cannot require a primitive: its extension may stand alone.
    ...required(elements.status, `${at}.status`),
    ...(isRequest ? required(elements.intent, `${at}.intent`) : []),
    ...checkMedicine(entry, at),
    ...checkTimes(elements, at),
  ]
}

const required = (value: unknown, at: string): readonly Issue[] =>
  value === undefined ? [fault(at, 'is required', 'required')] : []

function checkMedicine(
  {
    medicationCodeableConcept: concept,
    medicationReference: reference,
    contained = [],
  }: MedicationStatement | MedicationRequest,
  at: string,
): readonly Issue[] {
  if (!concept && !reference) return [fault(`${at}.medication[x]`, 'is required', 'required')]
  if (concept && reference)
    return [fault(`${at}.medication[x]`, 'is there twice: one medicine is meant', 'invariant')]
  try {
    for (const one of contained) readMedication(one)
  } catch {
    return [fault(`${at}.contained`, 'has a Medication that is not FHIR R4', 'structure')]
  }
  return []
}

function checkTimes(elements: EntryElements, at: string): readonly Issue[] {
  const { effectiveDateTime, effectivePeriod, dateAsserted, authoredOn } = elements
  const starts = { effectiveDateTime, 'effectivePeriod.start': effectivePeriod?.start }
  const unread = Object.entries({ ...starts, dateAsserted, authoredOn }).filter(
    ([, time]) => time !== undefined && !effectiveOf({ effectiveDateTime: time }),
  )
  if (unread.length > 0)
    return unread.map(([name]) => fault(`${at}.${name}`, 'no time can be read', 'value'))
  return [...checkEnd(elements, at), ...checkOrder(elements, at)]
}

function checkEnd({ effectivePeriod: period }: EntryElements, at: string): readonly Issue[] {
  if (period?.end === undefined) return []
  const [start, end] = [
    period.start === undefined ? undefined : effectiveOf({ effectiveDateTime: period.start }),
    endOf(period.end),
  ]
  if (end === undefined) return [fault(`${at}.effectivePeriod.end`, 'no time can be read', 'value')]
  return start && Date.parse(end) < start.startMs
    ? [fault(`${at}.effectivePeriod.end`, 'is before the start', 'invariant')]
    : []
}

const checkOrder = (elements: EntryElements, at: string): readonly Issue[] =>
  heldSince(elements) ? [] : [warning(at, 'says no time: ordered by when it was received')]
