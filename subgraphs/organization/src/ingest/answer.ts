import type { Bundle, BundleEntry } from 'fhir/r4.js'
import type { Taken } from '../sources/intake.js'
import type { CheckedEntry } from './check-entry.js'
import { typeOf } from './entry.js'
import { fault, type Issue, isFault, operationOutcome } from './outcome.js'

/** How many entries went which way. They add up to the entries of the Bundle. */
export interface IngestCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** Patient and Device: used for references; of a Patient the name is kept. */
  readonly used: number
  readonly refused: number
}

/** A checked entry with what the store made of it. */
export interface Answered extends Pick<CheckedEntry, 'entry' | 'issues'> {
  readonly outcome: Taken['outcome'] | 'used' | 'refused'
  readonly taken?: Taken
}

/** `taken` holds for each entry what became of all that is kept of it. */
export function answered(
  checked: readonly CheckedEntry[],
  taken: readonly (readonly Taken[])[],
): readonly Answered[] {
  return checked.map(({ entry, issues, result }, index): Answered => {
    if (result === 'refused') return { entry, issues, outcome: 'refused' }
    const found = together(taken[index] ?? [])
    if (!found) return { entry, issues, outcome: 'used' }
    const { outcome } = found
    return {
      entry,
      outcome,
      taken: found,
      issues: [...issues, ...remarksOn(outcome, entry.place)],
    }
  })
}

/** One resource may be kept for several classes and patients: the outcome that says most. */
const together = (taken: readonly Taken[]): Taken | undefined =>
  TELLING.flatMap((outcome) => taken.find((one) => one.outcome === outcome) ?? [])[0]

const TELLING = ['conflict', 'created', 'updated', 'unchanged'] as const

function remarksOn(outcome: Taken['outcome'], place: string): readonly Issue[] {
  if (outcome === 'conflict') return [conflictAt(place)]
  return outcome === 'unchanged' ? [HELD_ALREADY] : []
}

/** FHIR has no status of its own for this: a sender tells it from an update by the code `duplicate`. */
const HELD_ALREADY: Issue = {
  severity: 'information',
  code: 'duplicate',
  text: 'Held already; nothing was changed.',
}

const conflictAt = (place: string): Issue =>
  fault(
    `${place}.resource.meta.versionId`,
    'this version, or a later one, is held with other content: send a higher version',
    'conflict',
  )

export const faultsOf = (checked: readonly Pick<CheckedEntry, 'issues'>[]): readonly Issue[] =>
  checked.flatMap(({ issues }) => issues.filter(isFault))

export function countsOf(entries: readonly Answered[]): IngestCounts {
  const count = (...outcomes: readonly Answered['outcome'][]): number =>
    entries.filter(({ outcome }) => outcomes.includes(outcome)).length
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    used: count('used'),
    refused: count('refused', 'conflict'),
  }
}

export function answerBundle(
  type: 'batch' | 'transaction' | 'collection',
  entries: readonly Answered[],
): Bundle {
  return {
    resourceType: 'Bundle',
    type: type === 'transaction' ? 'transaction-response' : 'batch-response',
    entry: entries.map(answerEntry),
  }
}

const STATUS: Readonly<Record<Answered['outcome'], string>> = {
  created: '201 Created',
  updated: '200 OK',
  unchanged: '200 OK',
  used: '200 OK',
  conflict: '409 Conflict',
  refused: '422 Unprocessable Entity',
}

/** PMD answers with the address of what was made in an extension of its own; both are given. */
const PMD_ENTRY =
  'http://hl7.no/fhir/vkpobservation/StructureDefinition/PmdBundleResponseEntryIdExtension'

function answerEntry({ entry, issues, outcome, taken }: Answered): BundleEntry {
  const location = taken && locationOf(taken, typeOf(entry.resource) ?? 'Observation')
  const held = taken && outcome !== 'conflict'
  return {
    ...(entry.fullUrl !== undefined && { fullUrl: entry.fullUrl }),
    response: {
      ...(held && { extension: [{ url: PMD_ENTRY, valueUri: location ?? '' }] }),
      status: STATUS[outcome],
      ...(held && location !== undefined && { location, etag: `W/"${taken.version}"` }),
      ...(issues.length > 0 && { outcome: operationOutcome(issues) }),
    },
  }
}

/** The id without the organisation number, which only counts between organisations. */
const locationOf = ({ id, version }: Taken, type: string): string =>
  `${type}/${id.slice(id.indexOf('.') + 1)}/_history/${version}`
