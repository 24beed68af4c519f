import { type Effective, effectiveOf } from '../map/effective.js'
import { contractStatus, type MapContext } from '../map/observation.js'
import type { ClassRow } from '../sources/source.js'

/** What the fields that every class has are made of. */
export interface ReadRow {
  readonly row: ClassRow
  readonly context: MapContext
  readonly elements: {
    readonly identifier?: readonly { readonly value?: string | undefined }[] | undefined
    readonly meta?: { readonly profile?: readonly string[] | undefined } | undefined
    readonly note?: readonly Note[] | undefined
  }
  /** What its resource says of when; absent where that was not selected. */
  readonly when: Effective | undefined
}

interface Note {
  readonly text: string
  readonly time?: string | undefined
  readonly authorString?: string | undefined
  readonly authorReference?: { readonly display?: string | undefined } | undefined
}

/** Fields that a row of every class has. `effective`, `note` and the marks for rivals only some. */
export const commonFields = {
  id: ({ row }: ReadRow) => row.id,
  identifier: ({ elements }: ReadRow) =>
    (elements.identifier ?? []).filter(({ value }) => value !== undefined),
  version: ({ row }: ReadRow) => row.version,
  status: ({ row }: ReadRow) => contractStatus(row.status),
  effective: (read: ReadRow) => effective(read),
  effectiveEnd: ({ when }: ReadRow) => when?.end,
  effectivePrecision: ({ row }: ReadRow) => row.precision,
  timeSuspect: ({ row }: ReadRow) => row.precision === 'RECEIVED',
  note: ({ elements }: ReadRow) => (elements.note ?? []).map(annotation),
  provenance: (read: ReadRow) => [provenanceOf(read)],
  conflict: () => false,
  possibleDuplicateOf: () => [],
  activeBeside: () => [],
  withheldFields: ({ context }: ReadRow) => context.leftOut ?? [],
} as const

/** Which elements they are made of. `times`: the elements that say when. */
export const commonNeeds = (
  times: readonly string[],
): Readonly<Record<string, readonly string[]>> => ({
  __typename: [],
  id: [],
  identifier: ['identifier'],
  version: [],
  status: [],
  effective: times,
  effectiveEnd: times,
  effectivePrecision: [],
  timeSuspect: [],
  note: ['note'],
  provenance: [...times, 'meta'],
  conflict: [],
  possibleDuplicateOf: [],
  activeBeside: [],
  withheldFields: [],
})

const effective = ({ row, when }: ReadRow): string =>
  row.precision === 'RECEIVED' || !when ? iso(row.t) : when.start

/** An instant of FHIR, of a bare date its first one; undefined where no time can be read. */
export const instant = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : effectiveOf({ effectiveDateTime: text })?.start

const annotation = (note: Note) => ({
  text: note.text,
  time: instant(note.time),
  authorText: note.authorString ?? note.authorReference?.display,
})

function provenanceOf(read: ReadRow) {
  const { row, elements, context } = read
  return {
    organization: { number: row.owner },
    source: { number: context.organization },
    id: row.id,
    pointOfCare: row.pointOfCare === undefined ? undefined : { number: row.pointOfCare },
    system: row.system ?? context.system,
    authorKind: row.authorKind,
    measured: effective(read),
    recorded: iso(row.receivedMs),
    profile: elements.meta?.profile ?? [],
    version: row.version,
    superseded: false,
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
