import { toConcept, toConcepts } from '../../map/concept.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { commonFields, commonNeeds, type ReadRow } from '../common-fields.js'
import { type AlertElements, readAlertElements } from './elements.js'
import { handlersAmong, shownSteps, stepsOf } from './follow-up.js'
import { missingOf } from './missing.js'
import { notesOf } from './notes.js'
import { type Parts, readParts } from './parts.js'
import { raisedOf } from './times.js'
import { triggersOf } from './triggers.js'

interface ReadAlert extends Omit<ReadRow, 'elements'> {
  readonly elements: AlertElements
  readonly parts: Parts
}

/** @throws where the alert is not what FHIR R4 says: it is dropped alone */
export function readAlert(row: ClassRow, context: MapContext): ReadAlert {
  const elements = readAlertElements(row.resource)
  return { row, context, elements, parts: readParts(row.related), when: raisedOf(elements) }
}

/** What is filtered by is found once, when the row is put together. */
const facet =
  (name: string) =>
  ({ row }: ReadAlert) =>
    row.facets[name]?.[0]

const hasNoWords = ({ context }: ReadAlert): boolean => context.leftOut?.includes('note') ?? false

/** Fields of the contract's Alert. Each runs only where it is selected. */
export const alertFields = {
  ...commonFields,
  kind: facet('kind'),
  state: facet('state'),
  zone: facet('zone'),
  severity: facet('severity'),
  code: ({ elements: { code } }: ReadAlert) => code && toConcept(code),
  evidence: ({ elements: { evidence = [] } }: ReadAlert) =>
    toConcepts(evidence.flatMap(({ code = [] }) => code)),
  detail: ({ elements }: ReadAlert) => elements.detail,
  missing: ({ elements }: ReadAlert) => missingOf(elements),
  triggeredBy: ({ elements }: ReadAlert) => triggersOf(elements),
  author: ({ elements, parts }: ReadAlert) => parts.partyOf(elements.author),
  handledBy: ({ elements, parts }: ReadAlert) => handlersAmong(stepsOf(elements, parts)),
  followUp: (read: ReadAlert) => shownSteps(stepsOf(read.elements, read.parts), hasNoWords(read)),
  note: (read: ReadAlert) => (hasNoWords(read) ? [] : notesOf(read.parts)),
} as const

/** Which elements of the FHIR resource a field of the contract's Alert is made of. */
export const alertNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['identifiedDateTime', 'identifiedPeriod', 'period']),
  kind: [],
  state: [],
  zone: [],
  severity: [],
  code: ['code'],
  evidence: ['evidence'],
  detail: ['detail'],
  missing: ['code', 'identifiedPeriod', 'contained'],
  triggeredBy: ['evidence', 'implicated'],
  author: ['author'],
  handledBy: ['mitigation'],
  // `note` is no element of an alert: who may not have free text is told so where the follow-up is asked for.
  followUp: ['mitigation', 'note'],
  note: ['note'],
}
