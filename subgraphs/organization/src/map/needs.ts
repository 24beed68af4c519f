const TIMES = [
  'effectiveDateTime',
  'effectiveInstant',
  'effectivePeriod',
  'effectiveTiming',
  'issued',
]
const VALUES = [
  'valueQuantity',
  'valueCodeableConcept',
  'valueString',
  'valueBoolean',
  'valueInteger',
  'valueRange',
  'valueRatio',
  'valueTime',
  'valueDateTime',
  'valuePeriod',
]

/** Which elements of the FHIR resource a field of the contract's Observation is made of. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  __typename: [],
  id: [],
  identifier: ['identifier'],
  version: [],
  status: ['status'],
  category: ['category'],
  code: ['code'],
  kind: ['code'],
  effective: TIMES,
  effectiveEnd: TIMES,
  effectivePrecision: [],
  timeSuspect: [],
  issued: TIMES,
  valueText: VALUES,
  quantity: ['valueQuantity', 'code'],
  valueInteger: ['valueInteger', 'valueQuantity'],
  valueConcept: ['valueCodeableConcept'],
  dataAbsentReason: ['dataAbsentReason'],
  interpretation: ['interpretation'],
  referenceRange: ['referenceRange', 'code'],
  component: ['component'],
  doubts: ['code', 'valueQuantity', 'valueInteger', 'component', 'extension'],
  context: ['extension', 'component'],
  device: ['device'],
  bodySite: ['bodySite'],
  method: ['method'],
  note: ['note'],
  provenance: [...TIMES, 'meta'],
  conflict: [],
  possibleDuplicateOf: [],
  withheldFields: [],
}

/** Elements to read for the selected fields, each once. @throws for a field of the contract that this table lacks */
export function elementsFor(fields: Iterable<string>): readonly string[] {
  const elements = new Set<string>()
  for (const field of fields) {
    const needs = NEEDS[field]
    if (!needs) throw new RangeError(`no elements are known for Observation.${field}`)
    for (const element of needs) elements.add(element)
  }
  return [...elements].sort()
}
