const TIMES = ['period', 'created', 'meta']

/** Which elements of the FHIR resource a field of the contract's CarePlan is made of. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  __typename: [],
  id: [],
  identifier: ['identifier'],
  version: [],
  status: [],
  intent: ['intent'],
  kind: [],
  category: ['category'],
  title: ['title'],
  description: ['description'],
  effective: TIMES,
  effectiveEnd: ['period'],
  effectivePrecision: [],
  timeSuspect: [],
  created: ['created'],
  updated: ['meta'],
  author: ['author', 'contributor'],
  zones: ['contained'],
  goal: ['goal', 'contained'],
  // `device` is no element of a CarePlan: who may not have it is told so where activities are asked for.
  activity: ['activity', 'contained', 'device'],
  addresses: ['addresses', 'contained'],
  replaces: ['replaces'],
  partOf: ['partOf'],
  note: ['note'],
  provenance: TIMES,
  conflict: [],
  possibleDuplicateOf: [],
  activeBeside: [],
  withheldFields: [],
}

/** Elements to read for the selected fields, each once. @throws for a field of the contract that this table lacks */
export function planElementsFor(fields: Iterable<string>): readonly string[] {
  const elements = new Set<string>()
  for (const field of fields) {
    const needs = NEEDS[field]
    if (!needs) throw new RangeError(`no elements are known for CarePlan.${field}`)
    for (const element of needs) elements.add(element)
  }
  return [...elements].sort()
}
