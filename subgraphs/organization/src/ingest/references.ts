import {
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import type { Device, Identifier, Observation, Organization, Patient, Reference } from 'fhir/r4.js'
import { fault, type Issue } from './outcome.js'

type Resource = { readonly resourceType: string; readonly id?: string | undefined }

/** What holds references, and resources of its own beside them. */
export interface Holder {
  readonly contained?: readonly Resource[] | undefined
}

/** The resources of a Bundle, as its references find them. */
export interface Neighbours {
  /** The resource that `reference` means: by the entry's fullUrl, by `Type/id`, or contained (`#id`). */
  find(reference: string, contained?: readonly Resource[]): Resource | undefined
}

export function neighboursOf(
  entries: readonly { readonly fullUrl?: string | undefined; readonly resource?: unknown }[],
): Neighbours {
  const known = new Map<string, Resource>()
  for (const { fullUrl, resource } of entries) {
    if (!isResource(resource)) continue
    if (fullUrl !== undefined) known.set(fullUrl, resource)
    if (resource.id !== undefined) known.set(`${resource.resourceType}/${resource.id}`, resource)
  }
  return {
    find: (reference, contained = []) =>
      reference.startsWith('#')
        ? contained.find(({ id }) => id === reference.slice(1))
        : known.get(reference.replace(/\/_history\/.*$/, '')),
  }
}

const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && 'resourceType' in value

/** Whom a resource is about: a logical reference by identifier, or a Patient beside it that has one. */
export function subjectOf(
  holder: Holder & { readonly subject?: Reference | undefined },
  neighbours: Neighbours,
  place: string,
): PatientIdentifier | Issue {
  const { subject } = holder
  if (!subject) return fault(`${place}.subject`, 'is required: whom it is about', 'required')
  const patient = resolve<Patient>(subject, holder, neighbours, 'Patient')
  if (patient) return ofPatient(patient, `${place}.subject`)
  if (subject.identifier) return parse(subject.identifier, `${place}.subject.identifier.value`)
  return fault(
    `${place}.subject.reference`,
    'is not a Patient of this Bundle, and no identifier stands beside it',
    'not-found',
  )
}

/** The Device resource that an observation refers to, where it stands in the Bundle or in the observation. */
export function deviceOf(observation: Observation, neighbours: Neighbours): Device | undefined {
  const { device } = observation
  return device && resolve<Device>(device, observation, neighbours, 'Device')
}

/** What a reference means: the resource's type and business identifiers, from the resource itself or from the reference. */
export function partyOf(
  reference: Reference,
  holder: Holder,
  neighbours: Neighbours,
): { readonly type: string | undefined; readonly identifiers: readonly Identifier[] } {
  const found = reference.reference
    ? neighbours.find(reference.reference, holder.contained)
    : undefined
  const own = (found as Organization | undefined)?.identifier ?? []
  return {
    type:
      found?.resourceType ??
      reference.type ??
      reference.reference?.match(/(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/)?.[1],
    identifiers: reference.identifier ? [reference.identifier, ...own] : own,
  }
}

function resolve<T extends Resource>(
  { reference }: Reference,
  { contained }: Holder,
  neighbours: Neighbours,
  type: T['resourceType'],
): T | undefined {
  const found = reference === undefined ? undefined : neighbours.find(reference, contained)
  return found?.resourceType === type ? (found as T) : undefined
}

/** The identifier that a Patient is known by; undefined where it has none that is good. */
export function identifierOf(patient: Patient): PatientIdentifier | undefined {
  const found = ofPatient(patient, '')
  return 'severity' in found ? undefined : found
}

function ofPatient(patient: Patient, at: string): PatientIdentifier | Issue {
  const tried = (patient.identifier ?? []).map((identifier) => parse(identifier, at))
  const good = tried.find((result): result is PatientIdentifier => 'system' in result)
  return good ?? tried[0] ?? fault(at, 'is a Patient without an identifier', 'required')
}

function parse({ id, system, value }: Identifier, at: string): PatientIdentifier | Issue {
  // Met in published AuditEvents. An element's id is nobody's number, so it is told, never read.
  if (value === undefined && id !== undefined) {
    return fault(
      at,
      'has no identifier.value; FHIR’s identifier.id is no place for a number',
      'value',
    )
  }
  try {
    return parsePatientIdentifier(`${system ?? ''}|${value ?? ''}`)
  } catch (error) {
    if (error instanceof InvalidPatientIdentifier) return fault(at, error.message, 'value')
    throw error
  }
}
