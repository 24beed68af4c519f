import type { DemoPatient } from '@kilde/people'
import type { Bundle, Device, DeviceUseStatement, FhirResource, Reference } from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'

/** What an organisation knows of a device at a patient; everything else follows from where and about whom it was written. */
export interface DeviceText {
  /** Unique at the organisation, e.g. `oksymeter`. */
  readonly key: string
  readonly name: string
  readonly type: { readonly code: string; readonly display: string }
  readonly manufacturer: string
  readonly modelNumber: string
  /** Serial number, which is also what other organisations know it by. */
  readonly serialNumber: string
  readonly firmware?: string
  /** Charge in per cent. */
  readonly battery?: number
  readonly fault?: { readonly code: string; readonly display: string }
  readonly owner: Reference
  readonly assignedBy: Reference
  readonly returnTo: Reference
  /** Bare dates. */
  readonly period: { readonly start: string; readonly end?: string }
  readonly note?: string
}

const KILDE = 'https://specs.kilde.example/fhir'
/** Serial numbers of the demo are unique over all manufacturers. */
export const SERIALS = 'https://kilde.example/namingsystem/serial-number'
const MDC = 'urn:iso:std:iso:11073:10101'
const SNOMED = 'http://snomed.info/sct'
const REASONS = 'http://terminology.hl7.org/CodeSystem/device-status-reason'

/** A device as FHIR: the device, and the statement that the patient uses it. */
export function deviceBundle(patient: DemoPatient, place: Place, text: DeviceText): Bundle {
  const subject = personOf('Patient', patient.identifier, patient.name)
  const resources: FhirResource[] = [deviceOf(text, subject), useOf(text, subject, place)]
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => {
      const url = `${resource.resourceType}/${resource.id ?? ''}`
      return {
        fullUrl: `https://kilde.example/fhir/${url}`,
        ...{ resource, request: { method: 'PUT', url } },
      }
    }),
  }
}

function deviceOf(text: DeviceText, patient: Reference): Device {
  const { key, name, type, manufacturer, modelNumber, serialNumber, firmware, battery } = text
  const firmwareType = { coding: [{ system: MDC, code: '531976', display: 'firmware revision' }] }
  const batteryType = { coding: [{ system: MDC, code: '67996', display: 'battery level' }] }
  const charge = { value: battery ?? 0, unit: '%', system: 'http://unitsofmeasure.org', code: '%' }
  return {
    resourceType: 'Device',
    id: key,
    meta: { versionId: '1', lastUpdated: `${text.period.start}T08:00:00Z` },
    identifier: [{ system: SERIALS, value: serialNumber }],
    status: text.period.end === undefined ? 'active' : 'inactive',
    ...(text.fault && { statusReason: [{ coding: [{ system: REASONS, ...text.fault }] }] }),
    deviceName: [{ name, type: 'user-friendly-name' }],
    type: { coding: [{ system: SNOMED, ...type }], text: type.display },
    ...{ manufacturer, modelNumber, serialNumber },
    ...(firmware !== undefined && { version: [{ type: firmwareType, value: firmware }] }),
    ...(battery !== undefined && { property: [{ type: batteryType, valueQuantity: [charge] }] }),
    patient,
    owner: text.owner,
    ...(text.note !== undefined && { note: [{ text: text.note }] }),
  }
}

function useOf(text: DeviceText, subject: Reference, place: Place): DeviceUseStatement {
  return {
    resourceType: 'DeviceUseStatement',
    id: `${text.key}-bruk`,
    extension: [
      { url: `${KILDE}/device-assigned-by`, valueReference: text.assignedBy },
      { url: `${KILDE}/device-return-to`, valueReference: text.returnTo },
    ],
    status: text.period.end === undefined ? 'active' : 'completed',
    subject,
    timingPeriod: text.period,
    source: place.staff,
    device: { reference: `Device/${text.key}` },
  }
}

export const organization = (place: Place): Reference => controllerOf(place.organization)
