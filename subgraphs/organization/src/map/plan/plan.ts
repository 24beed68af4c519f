import { identifierSystems } from '@kilde/contract'
import type { PlanRow } from '../../sources/source.js'
import { toConcepts } from '../concept.js'
import { type Effective, effectiveOf, endOf } from '../effective.js'
import type { MapContext } from '../observation.js'
import { activitiesOf } from './activities.js'
import { type Annotation, type PlanElements, type Reference, readPlanElements } from './elements.js'
import { goalsOf } from './goals.js'
import { type Parts, readParts } from './references.js'
import { holdsFrom } from './times.js'
import { addressesOf, zonesOf } from './zones.js'

/** A plan whose elements, and those of what it refers to, have been read and checked. */
export interface ReadPlan {
  readonly row: PlanRow
  readonly elements: PlanElements
  readonly parts: Parts
  readonly holds: Effective | undefined
  readonly context: MapContext
}

/** @throws where the plan is not what FHIR R4 says, or contradicts what it is sorted by: it is dropped alone */
export function readPlan(row: PlanRow, context: MapContext): ReadPlan {
  const elements = readPlanElements(row.resource)
  const parts = readParts(row.related, elements.contained ?? [])
  const holds = holdsFrom(elements)
  return { row, elements, parts, holds, context }
}

/** FHIR's spelling of a code in the contract's: `on-hold` → `ON_HOLD`. */
const spelled = (code: string | undefined): string | undefined =>
  code?.toUpperCase().replaceAll('-', '_')

/** Fields of the contract's CarePlan. Each runs only where it is selected. */
export const planFields = {
  id: ({ row }: ReadPlan) => row.id,
  identifier: ({ elements }: ReadPlan) =>
    (elements.identifier ?? []).filter(({ value }) => value !== undefined),
  version: ({ row }: ReadPlan) => row.version,
  status: ({ row }: ReadPlan) => spelled(row.status),
  intent: ({ elements }: ReadPlan) => spelled(elements.intent),
  kind: ({ row }: ReadPlan) => row.kind,
  category: ({ elements }: ReadPlan) => toConcepts(elements.category),
  title: ({ elements }: ReadPlan) => elements.title,
  description: ({ elements }: ReadPlan) => elements.description,
  effective: (read: ReadPlan) => effective(read),
  effectiveEnd: ({ elements: { period } }: ReadPlan) =>
    period?.end === undefined ? undefined : endOf(period.end),
  effectivePrecision: ({ row }: ReadPlan) => row.precision,
  timeSuspect: ({ row }: ReadPlan) => row.precision === 'RECEIVED',
  created: ({ elements }: ReadPlan) => instant(elements.created),
  updated: ({ elements }: ReadPlan) => instant(elements.meta?.lastUpdated),
  author: ({ elements, row }: ReadPlan) => authorsOf(elements, row),
  zones: ({ parts }: ReadPlan) => zonesOf(parts),
  goal: ({ elements, parts }: ReadPlan) => goalsOf(elements.goal, parts),
  activity: ({ elements, parts, context }: ReadPlan) => {
    const activities = activitiesOf(elements.activity, parts)
    // Names of devices are free text, which policy may leave out of every row.
    const isLeftOut = context.leftOut?.includes('device') ?? false
    return isLeftOut ? activities.map((one) => ({ ...one, device: undefined })) : activities
  },
  addresses: ({ elements, parts }: ReadPlan) => addressesOf(elements.addresses, parts),
  replaces: ({ elements }: ReadPlan) => named(elements.replaces),
  partOf: ({ elements }: ReadPlan) => named(elements.partOf),
  note: ({ elements }: ReadPlan) => (elements.note ?? []).map(annotation),
  provenance: (read: ReadPlan) => [provenanceOf(read)],
  conflict: () => false,
  possibleDuplicateOf: () => [],
  activeBeside: () => [],
  withheldFields: ({ context }: ReadPlan) => context.leftOut ?? [],
}

const effective = ({ row, holds }: ReadPlan): string =>
  row.precision === 'RECEIVED' || !holds ? iso(row.t) : holds.start

const instant = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : effectiveOf({ effectiveDateTime: text })?.start

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'

/** By name, never by number; the row's own author kind stands for the first. */
function authorsOf({ author, contributor = [] }: PlanElements, { authorKind }: PlanRow) {
  return [...(author ? [author] : []), ...contributor].flatMap((one, index) => {
    const number = one.identifier?.system === ENH ? one.identifier.value : undefined
    const isNumber = number !== undefined && /^\d{9}$/.test(number)
    if (one.display === undefined && !isNumber) return []
    return [
      {
        display: one.display,
        kind: AUTHORS[one.type ?? typeIn(one)] ?? (index === 0 ? authorKind : 'UNKNOWN'),
        organization: isNumber ? { number } : undefined,
      },
    ]
  })
}

const typeIn = ({ reference = '' }: Reference): string => reference.split('/').at(-2) ?? ''

const AUTHORS: Readonly<Record<string, PlanRow['authorKind']>> = {
  Patient: 'PATIENT',
  RelatedPerson: 'RELATED_PERSON',
  Device: 'DEVICE',
  Practitioner: 'STAFF',
  PractitionerRole: 'STAFF',
  CareTeam: 'STAFF',
}

const PERSONS: readonly string[] = Object.values(identifierSystems)

/** Other plans, as far as a reference names them to people or by a business identifier. */
const named = (references: readonly Reference[] = []) =>
  references.flatMap(({ display, identifier }) => {
    const isPerson = PERSONS.includes(identifier?.system ?? '')
    const known = identifier?.value === undefined || isPerson ? undefined : identifier
    return display === undefined && !known ? [] : [{ display, identifier: known }]
  })

const annotation = (note: Annotation) => ({
  text: note.text,
  time: instant(note.time),
  authorText: note.authorString ?? note.authorReference?.display,
})

function provenanceOf(read: ReadPlan) {
  const { row, elements, context } = read
  return {
    organization: { number: row.owner },
    source: { number: context.organization },
    id: row.id,
    pointOfCare: row.pointOfCare === undefined ? undefined : { number: row.pointOfCare },
    system: context.system,
    authorKind: row.authorKind,
    measured: effective(read),
    recorded: iso(row.receivedMs),
    profile: elements.meta?.profile ?? [],
    version: row.version,
    superseded: false,
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
