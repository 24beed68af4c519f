import type { DemoOrganization } from '@kilde/people'
import type { Reference } from 'fhir/r4.js'
import type { CodeSystemKey } from './coding.js'

/** Whom a measurement is about. */
export interface Person {
  readonly name: string
  /** National identity number (synthetic: birth month + 80). */
  readonly identifier: string
}

/** How an organisation writes its data: they differ, as real ones do. */
export interface Place {
  readonly organization: DemoOrganization
  readonly systems: readonly CodeSystemKey[]
  /** Whether it gives its measurements identifiers that travel with them. */
  readonly businessIdentifiers: boolean
  readonly staff: Reference
}

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'
export const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
const HPR = 'urn:oid:2.16.578.1.12.4.1.4.4'

/** Performer:organization of the VKP profiles: the original controller of the measurement. */
export function controllerOf({ number, name }: DemoOrganization): Reference {
  return { type: 'Organization', identifier: { system: ENH, value: number }, display: name }
}

/** The sub-unit where care is given, after the controller. */
export function pointOfCareOf({ pointOfCare, pointOfCareName }: DemoOrganization): Reference {
  const identifier = { system: ENH, value: pointOfCare }
  return { type: 'Organization', identifier, display: pointOfCareName }
}

/** A logical reference: the VKP profiles name people by identifier, not by a resource. */
export function personOf(
  type: 'Patient' | 'Practitioner',
  identifier: string,
  display: string,
): Reference {
  return { type, identifier: { system: FNR, value: identifier }, display }
}

export function authorised(hprNumber: string, display: string): Reference {
  return { type: 'Practitioner', identifier: { system: HPR, value: hprNumber }, display }
}
