import { patients } from '@kilde/people'

export const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
export const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'
export const LOINC = 'http://loinc.org'
export const SNOMED = 'http://snomed.info/sct'
export const UCUM = 'http://unitsofmeasure.org'
export const NOW = Date.parse('2026-11-22T12:00:00Z')

/** A weight of Kari Kols; `more` replaces whole elements, and `undefined` takes one away. */
export function weight(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Observation',
    identifier: [{ system: 'urn:test', value: 'w1' }],
    status: 'final',
    category: [{ coding: [{ code: 'vital-signs' }] }],
    code: { coding: [{ system: LOINC, code: '29463-7', display: 'Body weight' }] },
    subject: { identifier: { system: FNR, value: patients.copd.identifier } },
    effectiveDateTime: '2026-11-20T08:00:00+01:00',
    valueQuantity: { value: 70.5, unit: 'kg', system: UCUM, code: 'kg' },
    ...more,
  }
}

export function bundle(type: string, ...resources: readonly unknown[]): Uint8Array {
  const entry = resources.map((resource, index) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    resource,
    request: { method: 'POST', url: 'Observation' },
  }))
  return bytes({ resourceType: 'Bundle', type, entry })
}

export const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
