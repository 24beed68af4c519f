import { setImmediate as pause } from 'node:timers/promises'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Bundle } from 'fhir/r4.js'
import { resourceClasses } from '../classes/index.js'
import { OrganizationError } from '../errors.js'
import type { Change, Intake, NameChange, ResourceChange, Taken } from '../sources/intake.js'
import { answerBundle, answered, countsOf, faultsOf, type IngestCounts } from './answer.js'
import { type CheckContext, type CheckedEntry, checkEntry } from './check-entry.js'
import type { SentEntry } from './entry.js'
import type { ShapeCheck } from './fhir-schema.js'
import type { Issue } from './outcome.js'
import { createProfileCheck, type ProfileCheck } from './profiles/profile-check.js'
import { readBundle } from './read-bundle.js'
import { neighboursOf } from './references.js'

export interface IngestParts {
  readonly organization: string
  readonly store: Intake
  readonly checkShape: ShapeCheck
  /** Default: the rules in words of our own, tolerantly. */
  readonly checkProfiles?: ProfileCheck
  readonly now: () => number
}

const inOwnWords = createProfileCheck({ mode: 'tolerant' })

export interface Ingested {
  readonly bundle: Bundle
  readonly counts: IngestCounts
  /** What is now held as it was sent, by patient (`system|value`). */
  readonly held: ReadonlyMap<string, Held>
}

/** What of a Bundle is now held about one patient. */
export interface Held {
  /** Ids of the rows, by class. */
  readonly items: ReadonlyMap<string, readonly string[]>
  /** Whether names of the patient are among it. */
  readonly named: boolean
}

/** Nothing of a transaction was taken; every faulty element is named. */
export class TransactionRefused extends OrganizationError {
  readonly issues: readonly Issue[]
  constructor(issues: readonly Issue[]) {
    super('TRANSACTION_REFUSED')
    this.issues = issues
  }
}

/**
 * Takes the observations of a Bundle, the resources of further classes, and the names of its patients: `read → check → keep →
 * answer`. A batch takes what is good and says of each entry what is not; a transaction takes all or nothing. Sent again, it
 * changes nothing.
 * @throws OrganizationError `BUNDLE_REFUSED`, `SOURCE_FAILED`, `SOURCE_READ_ONLY`; TransactionRefused
 */
export async function ingest(body: Uint8Array, parts: IngestParts): Promise<Ingested> {
  const { type, entries, document } = readBundle(body)
  const neighbours = neighboursOf(entries)
  const bundle = { entries, neighbours, ...(document && { document }) }
  const claims = new Map(resourceClasses.map((kind) => [kind, kind.intake.open(bundle)] as const))
  const { checkProfiles = inOwnWords } = parts
  const context = { ...parts, checkProfiles, neighbours, claims, receivedMs: parts.now() }
  const checked = await checkAll(entries, context)
  if (type === 'transaction') refuseAny(faultsOf(checked))
  const changes = checked.flatMap((entry) => (entry.result === 'keep' ? [entry.change] : []))
  const names = checked.flatMap(namesIn)
  const resources = checked.flatMap(resourcesIn)
  const taken = inOrder(
    checked,
    await keep(parts.store, { changes, names, resources }, type === 'transaction'),
  )
  const done = answered(checked, taken)
  if (type === 'transaction') refuseAny(faultsOf(done))
  return {
    bundle: answerBundle(type, done),
    counts: countsOf(done),
    held: heldBy(checked, taken),
  }
}

const namesIn = (entry: CheckedEntry): readonly NameChange[] =>
  entry.result === 'reference' || entry.result === 'keep-resource' ? entry.names : []

const resourcesIn = (entry: CheckedEntry): readonly ResourceChange[] =>
  entry.result === 'keep-resource' ? entry.changes : []

interface Kept {
  readonly changes: readonly Change[]
  readonly names: readonly NameChange[]
  readonly resources: readonly ResourceChange[]
}

async function keep(
  store: Intake,
  { changes, names, resources }: Kept,
  allOrNothing: boolean,
): Promise<readonly Taken[]> {
  try {
    return await store.take(changes, allOrNothing, names, resources)
  } catch (cause) {
    if (cause instanceof OrganizationError) throw cause
    throw new OrganizationError('SOURCE_FAILED', { cause })
  }
}

/** The store answers for the changes, then for the resources; the Bundle has them mixed. For each entry its own. */
function inOrder(
  checked: readonly CheckedEntry[],
  taken: readonly Taken[],
): readonly (readonly Taken[])[] {
  const rows = checked.filter(({ result }) => result === 'keep').length
  const ofRows = taken.slice(0, rows).values()
  const ofResources = taken.slice(rows).values()
  return checked.map((entry) => {
    if (entry.result === 'keep') return [ofRows.next().value].flatMap((one) => one ?? [])
    return resourcesIn(entry).flatMap(() => ofResources.next().value ?? [])
  })
}

function heldBy(
  checked: readonly CheckedEntry[],
  taken: readonly (readonly Taken[])[],
): ReadonlyMap<string, Held> {
  const held = new Map<string, { items: Map<string, string[]>; named: boolean }>()
  const of = (patient: PatientIdentifier) => {
    const token = identifierToken(patient)
    const known = held.get(token) ?? { items: new Map<string, string[]>(), named: false }
    held.set(token, known)
    return known
  }
  const add = (patient: PatientIdentifier, dataClass: string, found?: Taken) => {
    if (!found || found.outcome === 'conflict') return
    const { items } = of(patient)
    items.set(dataClass, [...(items.get(dataClass) ?? []), found.id])
  }
  checked.forEach((entry, index) => {
    const results = taken[index] ?? []
    if (entry.result === 'keep') add(entry.change.patient, 'Observation', results[0])
    resourcesIn(entry).forEach((one, at) => {
      add(one.patient, one.class, results[at])
    })
    for (const { patient } of namesIn(entry)) of(patient).named = true
  })
  return held
}

function refuseAny(faults: readonly Issue[]): void {
  if (faults.length > 0) throw new TransactionRefused(faults)
}

/** Lets questions of others through between the parts of a long Bundle. */
async function checkAll(
  entries: readonly SentEntry[],
  context: CheckContext,
): Promise<readonly CheckedEntry[]> {
  const checked: CheckedEntry[] = []
  for (const entry of entries) {
    checked.push(checkEntry(entry, context))
    if (checked.length % 200 === 0) await pause()
  }
  return checked
}
