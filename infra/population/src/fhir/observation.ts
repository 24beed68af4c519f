import { codeSystems, type MeasurementKind } from '@kilde/contract'
import type {
  Observation,
  ObservationComponent,
  ObservationReferenceRange,
  Quantity,
} from 'fhir/r4.js'
import { later } from '../calendar.js'
import { categoryOf, codeOf, type Interpretation, interpretationOf, profileOf } from './coding.js'
import { controllerOf, type Person, type Place, personOf, pointOfCareOf } from './parties.js'

/** What a reading says; everything else follows from where and about whom it was taken. */
export interface Reading {
  readonly kind: MeasurementKind
  /** Instant, bare date, or start and end. */
  readonly at: string | { readonly start: string; readonly end: string }
  readonly value: Partial<
    Pick<Observation, 'valueQuantity' | 'valueInteger' | 'valueCodeableConcept'>
  >
  readonly author: 'patient' | 'staff'
  readonly component?: ObservationComponent[]
  readonly device?: string
  readonly interpretation?: Interpretation
  readonly referenceRange?: ObservationReferenceRange
  readonly note?: string
  readonly more?: Partial<Observation>
}

/** The observation that `reading` is at `place`, under a number that is unique there. */
export function observationOf(
  patient: Person,
  place: Place,
  localId: string,
  reading: Reading,
): Observation {
  const { kind, at, author, device, interpretation, referenceRange, note, component } = reading
  const profile = profileOf(kind)
  return {
    resourceType: 'Observation',
    id: localId,
    meta: { versionId: '1', ...(profile && { profile: [profile] }) },
    ...(place.businessIdentifiers && { identifier: [businessIdentifier(place, localId)] }),
    status: 'final',
    category: [categoryOf(kind)],
    code: codeOf(kind, place.systems),
    subject: personOf('Patient', patient.identifier, patient.name),
    ...(typeof at === 'string' ? { effectiveDateTime: at } : { effectivePeriod: at }),
    ...issuedAfter(at),
    performer: [
      author === 'patient' ? personOf('Patient', patient.identifier, patient.name) : place.staff,
      controllerOf(place.organization),
      pointOfCareOf(place.organization),
    ],
    ...reading.value,
    ...(component && { component }),
    ...(device && { device: { display: device } }),
    ...(interpretation && { interpretation: [interpretationOf(interpretation)] }),
    ...(referenceRange && { referenceRange: [referenceRange] }),
    ...(note && { note: [{ text: note }] }),
    ...reading.more,
  }
}

function businessIdentifier(place: Place, localId: string) {
  return {
    system: `https://kilde.example/namingsystem/${place.organization.number}/measurement`,
    value: localId,
  }
}

/** A bare date has no time of issue that would not be made up. */
function issuedAfter(at: Reading['at']): { issued?: string } {
  const end = typeof at === 'string' ? at : at.end
  return end.length > 10 ? { issued: later(end, 1) } : {}
}

export function quantity(value: number, unit: string, decimals = 0): { valueQuantity: Quantity } {
  return { valueQuantity: amount(value, unit, decimals) }
}

export function amount(value: number, unit: string, decimals = 0): Quantity {
  return {
    value: Number(value.toFixed(decimals)),
    unit: UNIT_NAMES[unit] ?? unit,
    system: codeSystems.ucum,
    code: unit,
  }
}

const UNIT_NAMES: Readonly<Record<string, string>> = {
  'mm[Hg]': 'mmHg',
  Cel: '°C',
  '{score}': 'poeng',
}

export function range(
  low: number | undefined,
  high: number | undefined,
  unit: string,
): ObservationReferenceRange {
  return {
    ...(low !== undefined && { low: amount(low, unit, 1) }),
    ...(high !== undefined && { high: amount(high, unit, 1) }),
    type: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/referencerange-meaning',
          code: 'treatment',
        },
      ],
      text: 'Behandlingsmål',
    },
  }
}
